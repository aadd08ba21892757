package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Foresight;
import io.jenkins.plugins.canary.engine.plan.ServiceSeen;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the phases will see of the service, worked out once and on another thread: it takes longer than an answer may.
 * For one thread.
 */
final class Foretold {

    private CompletableFuture<Answer.ForesightRow> row;

    /**
     * Null until it is known.
     *
     * @param seen null while the service is not known
     */
    Answer.ForesightRow row(CanaryPlan plan, ServiceSeen seen) {
        if (row == null && seen != null) {
            row = CompletableFuture.supplyAsync(() -> of(plan, seen));
        }
        return row == null || row.isCompletedExceptionally() ? null : row.getNow(null);
    }

    private static Answer.ForesightRow of(CanaryPlan plan, ServiceSeen seen) {
        List<Foresight.Line> lines = seen.foresight().of(plan);
        return new Answer.ForesightRow(seen.requestsPerSecond(), seen.errorRate(), lines);
    }
}

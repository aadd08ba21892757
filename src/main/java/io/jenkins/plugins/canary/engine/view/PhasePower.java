package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.plan.power.ServiceBaseline;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * What the phases will see of the service, worked out once and on a thread that nothing else needs: it takes longer than an
 * answer may. For one thread.
 */
final class PhasePower {

    private static final int MOST_WAITING = 200;

    private static final ThreadPoolExecutor THREAD =
            new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), task -> {
                Thread thread = new Thread(task, "canary-power-analysis");
                thread.setDaemon(true);
                return thread;
            });

    static {
        THREAD.allowCoreThreadTimeOut(true);
    }

    private CompletableFuture<RolloutStatusResponse.PowerAnalysisRow> row;

    /**
     * Null until it is known.
     *
     * @param seen null while the service is not known
     */
    RolloutStatusResponse.PowerAnalysisRow row(CanaryPlan plan, ServiceBaseline seen) {
        if (row == null && seen != null) {
            try {
                row = CompletableFuture.supplyAsync(() -> of(plan, seen), THREAD);
            } catch (RejectedExecutionException busy) {
                return null;
            }
        }
        return row == null || row.isCompletedExceptionally() ? null : row.getNow(null);
    }

    private static RolloutStatusResponse.PowerAnalysisRow of(CanaryPlan plan, ServiceBaseline seen) {
        List<PowerAnalysis.Line> lines = seen.powerAnalysis().of(plan);
        return new RolloutStatusResponse.PowerAnalysisRow(seen.requestsPerSecond(), seen.errorRate(), lines);
    }
}

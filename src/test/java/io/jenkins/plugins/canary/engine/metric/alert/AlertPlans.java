package io.jenkins.plugins.canary.engine.metric.alert;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A rollout whose gate and whose abort rule look for the same alerts. */
record AlertPlans(CanaryPlan plan, MetricSource source) {

    static final Instant BEGAN = Instant.parse("2026-02-01T10:00:00Z");
    static final Instant NOW = Instant.parse("2026-02-01T10:05:00Z");

    static String text(String alerts) {
        return """
                name: shop
                target: { namespace: basket-ns, deployment: basket }
                traffic: { haproxy: { socket: /run/h.sock, backend: app, canary: v2, stable: v1 } }
                phases: [ { name: Full, weight: 100 } ]
                gate: [ { alerts: { %s } } ]
                abort: [ { alerts: { %<s } } ]
                """.formatted(alerts);
    }

    static AlertPlans open(String alerts, Instant began) throws Exception {
        CanaryPlan plan = PlanReader.read(text(alerts));
        SourceContext context =
                SourceContext.of(new Target("basket-ns", "basket"), "v2", ref -> "secret-" + ref.name());
        return new AlertPlans(plan, new MetricSources().open(plan.metrics(), context.since(began)));
    }

    Criterion gate() {
        return plan.gate(0).get(0);
    }

    Criterion rule() {
        return plan.abort().get(0).criterion();
    }

    Reading read(Criterion criterion, Instant at) {
        return source.read(plan.queries(0), at)
                .orTimeout(60, TimeUnit.SECONDS)
                .join()
                .get(criterion.query(Track.CANARY));
    }

    Check check(Criterion criterion, Instant at) {
        return criterion.check(Map.of(criterion.query(Track.CANARY), read(criterion, at)));
    }
}

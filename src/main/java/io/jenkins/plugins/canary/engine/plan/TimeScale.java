package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The same plan with its clocks running faster, for demonstrations and tests; time-outs of machines stay as they are.
 *
 * @param times how many times faster; at least 1
 */
public record TimeScale(double times) {

    public TimeScale {
        if (!(times >= 1)) {
            throw new IllegalArgumentException("a time scale is 1 or more, not " + times);
        }
    }

    public CanaryPlan apply(CanaryPlan p) {
        Metrics m = p.metrics();
        Metrics metrics = new Metrics(
                m.source(),
                scale(m.interval()),
                scale(m.scrapeInterval()),
                m.maxAge(),
                scale(m.window()),
                m.labels(),
                m.pod(),
                m.names(),
                m.custom(),
                m.sets(),
                m.logs());
        return p.with(
                new CanaryPlan.Analysis(
                        metrics, p.probes(), p.abort().stream().map(this::rule).toList()),
                new CanaryPlan.Stages(
                        p.phases().stream().map(this::phase).toList(),
                        policy(p.weights()),
                        p.cap(),
                        checklists(p.checklists())),
                watch(p.watch()));
    }

    private Map<String, Checklist> checklists(Map<String, Checklist> lists) {
        Map<String, Checklist> scaled = new LinkedHashMap<>();
        lists.forEach((name, list) -> scaled.put(
                name,
                new Checklist(
                        list.when(),
                        list.items().stream()
                                .map(i -> i.proof() == null ? i : new Checklist.Item(i.text(), criterion(i.proof())))
                                .toList())));
        return scaled;
    }

    private Watch watch(Watch w) {
        return w == null
                ? null
                : new Watch(
                        scale(w.length()),
                        w.track(),
                        w.criteria().stream().map(this::criterion).toList(),
                        w.abort().stream().map(this::rule).toList(),
                        w.onBreach());
    }

    private WeightPolicy policy(WeightPolicy w) {
        return w == null
                ? null
                : new WeightPolicy(
                        w.formula(), w.quantile(), w.deadband(), w.maxRise(), scale(w.every()), scale(w.window()));
    }

    private Phase phase(Phase p) {
        Approval a = p.approval();
        return new Phase(
                p.name(),
                p.weight(),
                scale(p.hold()),
                scale(p.deadline()),
                p.gate().stream().map(this::criterion).toList(),
                a == null ? null : a.within(scale(a.timeout())),
                p.load(),
                p.score(),
                p.extra());
    }

    private AbortRule rule(AbortRule r) {
        return r.criterion() == null ? r : AbortRule.when(criterion(r.criterion()), scale(r.sustained()));
    }

    private Criterion criterion(Criterion c) {
        return new Criterion(
                c.metric(),
                c.unit(),
                c.min(),
                c.max(),
                c.versus(),
                c.minRequests(),
                c.onNoData(),
                scale(c.noDataDeadline()),
                scale(c.window()),
                c.trend() == null
                        ? null
                        : new Trend(c.trend().comparison(), scale(c.trend().over())),
                c.inScore(),
                c.by(),
                scale(c.after()),
                c.dryRun(),
                c.info());
    }

    private Duration scale(Duration d) {
        return d == null ? null : Duration.ofMillis(Math.round(d.toMillis() / times));
    }
}

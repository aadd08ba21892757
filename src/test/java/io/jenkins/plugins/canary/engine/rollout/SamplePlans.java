package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** SamplePlans for tests, without reading YAML. */
final class SamplePlans {

    static final Duration INTERVAL = Duration.ofSeconds(15);
    static final Duration WINDOW = Duration.ofMinutes(1);

    static final Criterion SUCCESS = ratio("success-rate", 0.99, null);
    static final Criterion ERRORS = ratio("error-rate", null, 0.01);
    static final Criterion P99 = new Criterion(
            new Metric("latency", 0.99),
            Unit.SECONDS,
            null,
            0.5,
            new Versus(0.2, null),
            0,
            NoDataPolicy.HOLD,
            null,
            WINDOW);
    /** Absent data passes here; a source that does not answer does not. */
    static final Criterion ABSENT_PASSES =
            new Criterion(Metric.of("error-rate"), Unit.RATIO, null, 0.04, null, 0, NoDataPolicy.PASS, null, WINDOW);

    /** Of an abort rule that missing data break. */
    static final Criterion SILENCE_FAILS =
            new Criterion(Metric.of("error-rate"), Unit.RATIO, null, 0.06, null, 0, NoDataPolicy.FAIL, null, WINDOW);

    /** Of an abort rule that fires after two minutes without data. */
    static final Criterion SILENCE_ENDS = new Criterion(
            Metric.of("error-rate"), Unit.RATIO, null, 0.07, null, 0, NoDataPolicy.HOLD, Duration.ofMinutes(2), WINDOW);

    static final AbortRule TOO_MANY_ERRORS = AbortRule.when(ratio("error-rate", null, 0.05), Duration.ZERO);

    /** Each test once: for latency by ranks, and for errors by counts. */
    static final List<Criterion> TESTS = List.of(
            compared(new Metric("latency", 0.5), Unit.SECONDS, Judge.Test.MANN_WHITNEY),
            compared(Metric.of("error-rate"), Unit.RATIO, Judge.Test.COUNTS),
            compared(new Metric("latency", 0.9), Unit.SECONDS, Judge.Test.SEQUENTIAL),
            compared(Metric.of("error-rate"), Unit.RATIO, Judge.Test.SEQUENTIAL));

    private SamplePlans() {}

    static Criterion compared(Metric metric, Unit unit, Judge.Test test) {
        return new Criterion(
                metric,
                unit,
                null,
                null,
                Versus.by(new Judge(test, new Comparison(Direction.INCREASE, 0.5, 0.9999, unit), 0.005)),
                0,
                NoDataPolicy.HOLD,
                null,
                WINDOW);
    }

    /** The same phase with one more criterion. */
    static Phase with(Phase p, Criterion more) {
        List<Criterion> gate = new ArrayList<>(p.gate());
        gate.add(more);
        return new Phase(p.name(), p.weight(), p.hold(), p.deadline(), gate, p.approval(), null, null, p.extra());
    }

    /** The same phase, in which the canary gets this beside its weight. */
    static Phase beside(Phase p, ExtraTraffic extra) {
        return new Phase(
                p.name(), p.weight(), p.hold(), p.deadline(), p.gate(), p.approval(), p.load(), p.score(), extra);
    }

    static Criterion ratio(String name, Double min, Double max) {
        return new Criterion(Metric.of(name), Unit.RATIO, min, max, null, 0, NoDataPolicy.HOLD, null, WINDOW);
    }

    static Phase phase(String name, double weight, Duration hold, Approval approval) {
        Duration deadline = hold.isZero() ? Duration.ofMinutes(5) : hold.multipliedBy(3);
        return new Phase(
                name, Weight.ofPercent(weight), hold, deadline, List.of(SUCCESS, ERRORS, P99), approval, null, null);
    }

    /** The seed's phase table: 5% 5 min, 10% 10 min, 25% 15 min, 50% 20 min, full. */
    static List<Phase> table() {
        return List.of(
                phase("Initial", 5, Duration.ofMinutes(5), null),
                phase("Ramp 1", 10, Duration.ofMinutes(10), null),
                phase("Ramp 2", 25, Duration.ofMinutes(15), null),
                phase("Ramp 3", 50, Duration.ofMinutes(20), null),
                phase("Full", 100, Duration.ZERO, null));
    }

    static List<AbortRule> rules() {
        return new ArrayList<>(List.of(
                TOO_MANY_ERRORS,
                AbortRule.when(ratio("error-rate", null, 0.02), Duration.ofMinutes(2)),
                AbortRule.afterFailures(3)));
    }

    /** Nothing but the comparison of error counts with stable, which weighs recent harm by itself. */
    static List<AbortRule> comparing() {
        return new ArrayList<>(List.of(AbortRule.when(TESTS.get(3), Duration.ZERO)));
    }

    static CanaryPlan plan(List<Phase> phases, List<AbortRule> abort, CanaryPlan.Cap cap, OnBuildEnd onBuildEnd) {
        Metrics metrics = new Metrics(
                null,
                INTERVAL,
                INTERVAL,
                WINDOW,
                Map.of(Track.CANARY, "version=\"v2\"", Track.STABLE, "version=\"v1\""),
                HttpNames.DEFAULT,
                Map.of());
        return new CanaryPlan(
                "api",
                new CanaryPlan.Environment(new Target("prod", "api"), null, PreflightSettings.DEFAULT, List.of()),
                new CanaryPlan.Analysis(metrics, null, abort),
                new CanaryPlan.Stages(phases, null, cap, Map.of("redis-ready", Checklist.of("HA", "TLS"))),
                new CanaryPlan.Timing(Duration.ofMinutes(5), Duration.ofMinutes(10), 2, onBuildEnd, Windows.ALWAYS),
                null,
                "name: api");
    }

    /** The same plan, whose weight follows the canary's health. */
    static CanaryPlan dynamic(CanaryPlan p, WeightPolicy weights) {
        return p.with(p.analysis(), new CanaryPlan.Stages(p.phases(), weights, p.cap(), p.checklists()), p.watch());
    }

    /** The same plan with checklists and with a watch after its promotion. */
    static CanaryPlan with(CanaryPlan p, Map<String, Checklist> lists, Watch watch) {
        return p.with(p.analysis(), new CanaryPlan.Stages(p.phases(), p.weights(), p.cap(), lists), watch);
    }

    /** The same plan, whose weight rises within windows only. */
    static CanaryPlan within(CanaryPlan p, Windows windows) {
        return new CanaryPlan(
                p.name(), p.environment(), p.analysis(), p.stages(), p.timing().with(windows), p.watch(), p.text());
    }

    /** The same plan, whose router makes a baseline. */
    static CanaryPlan withBaseline(CanaryPlan p) {
        return new CanaryPlan(
                p.name(),
                new CanaryPlan.Environment(p.target(), new MakesBaseline(), PreflightSettings.DEFAULT, List.of()),
                p.analysis(),
                p.stages(),
                p.timing(),
                p.watch(),
                p.text());
    }

    private record MakesBaseline() implements RouterSettings {

        @Override
        public String driver() {
            return "simulated";
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            throw RouterException.permanent("a test opens its router itself");
        }

        @Override
        public boolean comparesWithBaseline() {
            return true;
        }
    }

    /** Watches errors: 2% at three ticks in a row, or 5% at once, is a breach. */
    static Watch watch(Duration length, Watch.OnBreach onBreach) {
        return new Watch(
                length,
                Track.CANARY,
                List.of(ratio("error-rate", null, 0.02)),
                List.of(TOO_MANY_ERRORS, AbortRule.afterFailures(3)),
                onBreach);
    }

    static CanaryPlan standard() {
        return plan(table(), rules(), null, OnBuildEnd.ROLLBACK);
    }
}

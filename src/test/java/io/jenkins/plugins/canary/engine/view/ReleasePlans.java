package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.gate.Versus;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.judge.Score;
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
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.HttpProbe;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The seeds' phase table and gates as a plan. */
final class ReleasePlans {

    static final Duration WINDOW = Duration.ofMinutes(1);

    private ReleasePlans() {}

    static CanaryPlan seed() {
        return named("api-gateway", List.of("release-managers"));
    }

    static CanaryPlan named(String name, List<String> approvers) {
        return plan(
                name,
                List.of(
                        phase("Initial", 5, 5, null),
                        phase("Ramp 1", 10, 10, null),
                        phase("Ramp 2", 25, 15, null),
                        phase("Ramp 3", 50, 20, new Approval(approvers, Duration.ofHours(12), true)),
                        phase("Full", 100, 0, null)));
    }

    /** Lists for every time, one item proven by a criterion, and a watch that asks. */
    static CanaryPlan cared() {
        CanaryPlan p = plan("api-gateway", List.of(phase("Initial", 5, 5, null), phase("Full", 100, 5, null)));
        Map<String, Checklist> lists = new LinkedHashMap<>();
        lists.put(
                "pre-canary",
                new Checklist(
                        Checklist.When.BEFORE,
                        List.of(
                                new Checklist.Item("On-call notified", null),
                                new Checklist.Item("Rollback tested recently", null))));
        lists.put(
                "during",
                new Checklist(
                        Checklist.When.DURING,
                        List.of(
                                new Checklist.Item("Error logs checked", null),
                                new Checklist.Item(
                                        "Few errors", criterion("error-rate", Unit.RATIO, null, 0.01, null)))));
        lists.put(
                "post", new Checklist(Checklist.When.POST, List.of(new Checklist.Item("Documentation updated", null))));
        Watch watch = new Watch(
                Duration.ofHours(48),
                Track.CANARY,
                List.of(criterion("error-rate", Unit.RATIO, null, 0.01, null)),
                List.of(AbortRule.afterFailures(3)),
                Watch.OnBreach.ASK);
        return p.with(p.analysis(), new CanaryPlan.Stages(p.phases(), null, null, lists), watch);
    }

    /** Four probes, one of which proves an item, and a score that one failing criterion in four leaves green. */
    static CanaryPlan probed() {
        Score score = new Score(Map.of(), 75, 50, Score.MIN_DATA);
        CanaryPlan p = plan("api-gateway", List.of(scored("Initial", 5, score), scored("Full", 100, score)));
        Map<String, Probe> run = new LinkedHashMap<>();
        for (String name : List.of("limit-of-recommendations", "origins", "replay", "counts")) {
            run.put(
                    name,
                    new HttpProbe(
                            name,
                            Probe.EVERY,
                            ProbeRequest.get("/"),
                            3,
                            3,
                            null,
                            new Expectations(Map.of(), Map.of(), Map.of(), List.of(), null)));
        }
        ProbeSettings probes = new ProbeSettings(
                new AllowList(List.of("canary.example")),
                Map.of(Track.CANARY, new ProbeSettings.Entry("https://canary.example", Map.of())),
                Auth.NONE,
                ProbeLimits.DEFAULT,
                run);
        Map<String, Checklist> lists = Map.of(
                "limiter-coverage",
                new Checklist(
                        Checklist.When.DURING,
                        List.of(
                                new Checklist.Item("Limiter covers all intended endpoints", null),
                                new Checklist.Item(
                                        "Correct headers on 200 and 429",
                                        Criterion.passes(
                                                "limit-of-recommendations", NoDataPolicy.HOLD, null, WINDOW)))));
        return p.with(
                new CanaryPlan.Analysis(p.metrics(), probes, p.abort()),
                new CanaryPlan.Stages(
                        p.phases(), null, new CanaryPlan.Cap(Weight.ofPercent(50), "limiter-coverage"), lists),
                null);
    }

    private static Phase scored(String name, double weight, Score score) {
        return new Phase(
                name,
                Weight.ofPercent(weight),
                Duration.ofMinutes(30),
                Duration.ofMinutes(90),
                List.of(
                        criterion("success-rate", Unit.RATIO, 0.99, null, null),
                        criterion("latency(0.5)", Unit.SECONDS, null, 0.1, null),
                        criterion("error-rate", Unit.RATIO, null, 0.01, null),
                        Criterion.passes("origins", NoDataPolicy.HOLD, null, WINDOW)),
                null,
                new Load(20, "/health", Set.of(Track.CANARY)),
                score);
    }

    /** A probe wherever a plan has free text. */
    static CanaryPlan hostile(String probe) {
        CanaryPlan p = plan(probe, List.of(phase(probe, 5, 5, null), phase(probe + "2", 10, 5, null)));
        return p.with(
                p.analysis(),
                new CanaryPlan.Stages(
                        p.phases(),
                        p.weights(),
                        new CanaryPlan.Cap(Weight.ofPercent(50), probe),
                        Map.of(probe, Checklist.of(probe))),
                p.watch());
    }

    /** One phase that is held for a very long time. */
    static CanaryPlan endless() {
        return plan("api-gateway", List.of(phase("Only", 5, 60 * 24 * 365, null)));
    }

    private static Phase phase(String name, double weight, int minutes, Approval approval) {
        return new Phase(
                name,
                Weight.ofPercent(weight),
                Duration.ofMinutes(minutes),
                Duration.ofMinutes(Math.max(3 * minutes, 1)),
                gate(),
                approval,
                null,
                null);
    }

    private static List<Criterion> gate() {
        return List.of(
                criterion("success-rate", Unit.RATIO, 0.99, null, null),
                criterion("latency(0.5)", Unit.SECONDS, null, 0.1, null),
                criterion("latency(0.99)", Unit.SECONDS, null, 0.5, new Versus(0.3, null)),
                criterion("error-rate", Unit.RATIO, null, 0.01, null),
                criterion("5xx-rate", Unit.RATIO, null, 0.001, null));
    }

    static Criterion criterion(String metric, Unit unit, Double min, Double max, Versus versus) {
        return new Criterion(Metric.parse(metric), unit, min, max, versus, 0, NoDataPolicy.HOLD, null, WINDOW);
    }

    private static CanaryPlan plan(String name, List<Phase> phases) {
        return new CanaryPlan(
                name,
                new CanaryPlan.Environment(new Target("production", name), null, PreflightSettings.DEFAULT, List.of()),
                new CanaryPlan.Analysis(
                        new Metrics(
                                null,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(15),
                                WINDOW,
                                Map.of(),
                                HttpNames.DEFAULT,
                                Map.of()),
                        null,
                        List.of(
                                AbortRule.when(criterion("success-rate", Unit.RATIO, 0.95, null, null), Duration.ZERO),
                                AbortRule.when(criterion("error-rate", Unit.RATIO, null, 0.05, null), Duration.ZERO),
                                AbortRule.when(
                                        criterion("latency(0.99)", Unit.SECONDS, null, 2.0, null), Duration.ZERO),
                                AbortRule.when(
                                        criterion("latency(0.95)", Unit.SECONDS, null, 0.25, null),
                                        Duration.ofMinutes(10)),
                                AbortRule.afterFailures(3))),
                new CanaryPlan.Stages(
                        phases,
                        null,
                        new CanaryPlan.Cap(Weight.ofPercent(50), "redis-ready"),
                        Map.of(
                                "redis-ready",
                                Checklist.of("Managed Redis with HA, TLS and AUTH", "Failover drill done"))),
                new CanaryPlan.Timing(
                        Duration.ofMinutes(5), Duration.ofMinutes(10), 2, OnBuildEnd.ROLLBACK, Windows.ALWAYS),
                null,
                "the plan's text");
    }
}

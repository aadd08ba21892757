package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Warns of plans that can be run and will likely not do what their author wants. Every warning is about something that
 * is known to be so, not about taste; docs/plan-reference.md gives the reasons at length.
 */
public record PlanLinter(CanaryPlan plan, YamlNode root) {

    /** Reports to the problems that the root was read with. */
    public void lint() {
        List<PlacedCriterion> judged = PlacedCriterion.all(plan, root);
        gates();
        weights();
        mirrors();
        checklists();
        probes();
        new CriterionLint(plan, root, judged).lint();
        new QueryLint(plan, root, judged).lint();
    }

    /** Gates that judge nothing. */
    private void gates() {
        boolean shared = false;
        for (int i = 0; i < plan.phases().size(); i++) {
            Phase phase = plan.phases().get(i);
            boolean own = root.has("phases", i, "gate");
            if (phase.gate().isEmpty()) {
                root.at("phases", i, "gate")
                        .warning(
                                "the gate is empty, so the phase passes whatever the canary does",
                                own ? "add criteria, or remove it for the plan's gate" : "add criteria to gate");
            } else {
                ticks(i, phase);
                hold(i, phase);
            }
            shared |= !own;
        }
        if (!shared && root.has("gate")) {
            root.at("gate")
                    .warning(
                            "every phase has a gate of its own, so this one is never looked at",
                            "remove it, or the gates of the phases that it is meant for");
        }
    }

    /** The last phase at 100% may end at once: there is no more traffic to give. One with approval waits for people. */
    private void ticks(int i, Phase phase) {
        boolean end = plan.isLast(i) && phase.weight().equals(Weight.FULL);
        Duration interval = plan.metrics().interval();
        if (phase.hold().isZero()
                ? !end && phase.approval() == null
                : phase.hold().compareTo(interval.multipliedBy(2)) < 0) {
            root.at("phases", i, "hold")
                    .warning(
                            phase.hold().isZero()
                                    ? "without a hold the phase passes at its first green tick"
                                    : "a hold of " + Units.print(phase.hold()) + " is shorter than two ticks of "
                                            + Units.print(interval) + ", so one or two green ticks pass the phase",
                            "write hold: 5m, or at least several intervals");
        }
    }

    private void hold(int i, Phase phase) {
        if (phase.hold().isZero()) {
            return;
        }
        Duration window = phase.gate().stream()
                .map(this::looksBack)
                .max(Duration::compareTo)
                .orElseThrow();
        if (phase.hold().compareTo(window) < 0) {
            root.at("phases", i, "hold")
                    .warning(
                            "the hold is shorter than the window of " + Units.print(window)
                                    + ", so the phase is judged by requests from before it began",
                            "hold for longer than the window, at least twice as long is better");
        }
        Duration spare = phase.deadline().minus(phase.hold());
        if (root.has("phases", i, "deadline")
                && spare.compareTo(plan.metrics().interval().multipliedBy(2)) < 0) {
            root.at("phases", i, "deadline")
                    .warning(
                            "the deadline leaves " + Units.print(spare)
                                    + " beside the hold, so a single failing check, which restarts the hold, fails the phase",
                            "leave the deadline out for three times the hold");
        }
    }

    private Duration looksBack(Criterion c) {
        CustomMetric custom = plan.metrics().custom().get(c.metric().name());
        if (custom == null) {
            return c.window();
        }
        if (custom.alerts() != null || custom.slo() != null) {
            return Duration.ZERO;
        }
        PromQl query = PromQl.parse(custom.query() == null ? "" : custom.query());
        Duration own = query.uses(Placeholders.WINDOW) ? c.window() : Duration.ZERO;
        return Stream.concat(Stream.of(own), query.ranges().stream().map(PromQl.Range::length))
                .max(Duration::compareTo)
                .orElseThrow();
    }

    private void weights() {
        int last = plan.phases().size() - 1;
        Weight end = plan.phases().get(last).weight();
        String unjudged = ", and the rollout is promoted from there: the rest of the traffic follows unjudged";
        if (end.compareTo(Weight.FULL) < 0) {
            root.at("phases", last, "weight")
                    .warning(
                            "the last phase ends at " + end + unjudged,
                            "add a phase at 100, unless that jump is wanted");
        }
        Weight most = plan.weights() == null ? end : plan.weights().formula().max();
        if (most.compareTo(end) < 0) {
            root.at("weights", "dynamic", "max")
                    .warning(
                            "the weight never gets above " + most + unjudged,
                            "write max: " + end + ", unless that jump is wanted");
        }
        baseline();
        for (int i = 0; plan.cap() != null && i <= last; i++) {
            Weight weight = plan.phases().get(i).weight();
            if (weight.compareTo(plan.cap().weight()) > 0) {
                String waits = ": the rollout waits before this phase until the checklist "
                        + YamlNode.shown(plan.cap().until()) + " is complete";
                root.at("phases", i, "weight")
                        .warning(weight + " is above the cap of " + plan.cap().weight() + waits, "");
                return;
            }
        }
    }

    /** From half of the requests on: said once. */
    private void baseline() {
        for (int i = 0; i < plan.phases().size(); i++) {
            Weight weight = plan.phases().get(i).weight();
            Weight baseline = TrafficSplit.withBaseline(weight).baseline();
            if (plan.comparesWithBaseline(i) && weight.tenths() + baseline.tenths() == Weight.FULL.tenths()) {
                root.at("phases", i, "weight")
                        .warning(
                                "at " + weight + " the baseline gets " + baseline + ", and the stable version nothing:"
                                        + " an autoscaler would scale it down just when a rollback needs it",
                                "keep the weight below 50 until the last phase, or set minReplicas of the stable version's"
                                        + " autoscaler to the pods that all requests need");
                return;
            }
        }
    }

    /** Whether requests write, no plan tells. */
    private void mirrors() {
        for (int i = 0; i < plan.phases().size(); i++) {
            if (root.has("phases", i, "mirror")) {
                root.at("phases", i, "mirror")
                        .warning(
                                "mirrored requests are executed by the canary: what they write is written twice",
                                "mirror requests that only read, or let the canary write to a store of its own");
            }
        }
    }

    /** Checklists that hold nothing back: their items look like conditions, and the rollout never asks for them. */
    private void checklists() {
        String capped = plan.cap() == null ? null : plan.cap().until();
        plan.checklists().forEach((name, list) -> {
            if (list.when() == Checklist.When.NAMED && !name.equals(capped)) {
                root.at("checklists", name)
                        .warning(
                                "nothing waits for this checklist: it has no when, and no cap names it",
                                "write when: before, during or post beside its items, or name it in cap.until");
            }
        });
    }

    /** Probes that a rollout never runs: their {@code every} looks like a clock, and only what needs a probe has it asked. */
    private void probes() {
        if (plan.probes() == null) {
            return;
        }
        int ticked = plan.aftercare() == null ? plan.phases().size() : plan.afterwards() + 1;
        Set<String> idle = new LinkedHashSet<>(plan.probes().run().keySet());
        IntStream.range(0, ticked)
                .mapToObj(plan::queries)
                .flatMap(Set::stream)
                .forEach(query -> idle.remove(query.metric().probe()));
        idle.forEach(name -> root.at("probes", "run", name)
                .warning(
                        "the rollout does not run this probe by itself: no gate, abort rule or checklist needs it",
                        "write { probe: " + name
                                + " } in one of them, or run it with the step canaryProbe or './canary probe'"));
    }
}

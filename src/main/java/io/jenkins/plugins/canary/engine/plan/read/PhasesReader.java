package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads {@code phases:}, the phase table. */
final class PhasesReader {

    /** The deadline of a phase without a hold: it passes at the first green tick, and this is how long it may take. */
    static final Duration DEADLINE_WITHOUT_HOLD = Duration.ofMinutes(5);

    private final CriterionReader criteria;
    private final List<Criterion> planGate;
    private final RouterSettings traffic;
    private final ProbeSettings probes;
    private final Score score;

    /**
     * @param planGate the gate of phases without their own
     * @param score of every phase's gate; null for none
     * @param traffic null when it could not be read
     * @param probes null when the plan has none
     */
    PhasesReader(
            CriterionReader criteria,
            List<Criterion> planGate,
            RouterSettings traffic,
            Score score,
            ProbeSettings probes) {
        this.criteria = criteria;
        this.planGate = planGate;
        this.traffic = traffic;
        this.score = score;
        this.probes = probes;
    }

    /** One phase for every item, in which what was wrong and reported is null. */
    List<Phase> read(YamlNode node) {
        List<Phase> phases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Phase highest = null;
        for (YamlNode item : node.list()) {
            YamlObject o = Section.PHASE.at(item);
            Phase phase = phase(o);
            if (phase.name() != null && !names.add(phase.name())) {
                o.get("name").orElseThrow().error("another phase has this name", "give each phase its own");
            }
            rises(o, phase, highest);
            highest =
                    phase.weight() == null || highest != null && phase.weight().compareTo(highest.weight()) <= 0
                            ? highest
                            : phase;
            phases.add(phase);
        }
        if (node.isList() && phases.isEmpty()) {
            node.error("there is no phase", "write at least - { name: Full, weight: 100 }");
        }
        return phases;
    }

    private Phase phase(YamlObject o) {
        String name = o.need("name", PhasesReader::name, "Initial");
        Weight weight = o.need("weight", this::weight, "5");
        Duration hold = o.get("hold", YamlNode::duration, Duration.ZERO);
        Duration usual = hold.isZero() ? DEADLINE_WITHOUT_HOLD : hold.multipliedBy(3);
        Duration deadline = o.get("deadline", YamlNode::positive, usual);
        if (deadline.compareTo(hold) < 0) {
            o.get("deadline")
                    .orElseThrow()
                    .error(
                            "the deadline ends before the hold, so the phase can never pass",
                            "leave it out for three times the hold, or write more than the hold");
        }
        return new Phase(
                name,
                weight,
                hold,
                deadline,
                gate(o, weight),
                o.get("approval", ApprovalReader::read, null),
                o.get("load", n -> LoadReader.read(n, probes), null),
                score);
    }

    /** At 100% stable gets no requests, so that no test could compare with it and the phase would wait for ever. */
    private List<Criterion> gate(YamlObject o, Weight weight) {
        List<Criterion> gate = o.get("gate", criteria::gate, planGate);
        if (!Weight.FULL.equals(weight)) {
            return gate;
        }
        if (o.has("gate") && gate.stream().anyMatch(Criterion::compares)) {
            o.get("gate")
                    .orElseThrow()
                    .error(
                            "at 100% stable gets no requests, so that no test can compare with it",
                            "judge this phase by min and max");
        }
        return gate.stream().filter(c -> !c.compares()).toList();
    }

    private static String name(YamlNode node) {
        String text = node.text();
        if (text != null && (text.length() > 60 || text.chars().anyMatch(Character::isISOControl))) {
            node.error("a phase's name is at most 60 characters on one line", "shorten it");
            return null;
        }
        return text;
    }

    private Weight weight(YamlNode node) {
        Weight weight = node.weight();
        if (weight != null && weight.isZero()) {
            node.error("at weight 0 the canary gets no requests, so there is nothing to judge", "write more than 0");
            return null;
        }
        String refusal = weight == null || traffic == null ? null : traffic.refusal(weight);
        if (refusal != null) {
            node.error(refusal, "");
        }
        return weight;
    }

    private static void rises(YamlObject o, Phase phase, Phase highest) {
        if (phase.weight() == null || highest == null || phase.weight().compareTo(highest.weight()) > 0) {
            return;
        }
        boolean falls = phase.weight().compareTo(highest.weight()) < 0;
        o.get("weight")
                .orElseThrow()
                .error(
                        "the weight " + (falls ? "falls" : "stays") + " at " + phase.weight() + " after "
                                + highest.weight(),
                        "weights rise from phase to phase: write more than " + highest.weight()
                                + (falls
                                        ? ", or move the phase up"
                                        : ", or make one phase with a longer hold of both"));
    }
}

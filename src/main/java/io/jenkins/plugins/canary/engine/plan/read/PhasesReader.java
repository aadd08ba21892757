package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.probe.Loads.Load;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code phases:}, the phase table.
 *
 * @param planGate the gate of phases without their own
 * @param traffic null when it could not be read
 * @param score of every phase's gate; null for none
 * @param probes null when the plan has none
 */
record PhasesReader(
        CriterionReader criteria, List<Criterion> planGate, RouterSettings traffic, Score score, ProbeSettings probes) {

    /** The deadline of a phase without a hold: it passes at the first green tick, and this is how long it may take. */
    private static final Duration DEADLINE_WITHOUT_HOLD = Duration.ofMinutes(5);

    private static final int LONGEST_NAME = 60;

    private static final Section LOAD = Section.of(
            "load",
            "What is sent to the tracks for the length of the phase.",
            Map.of(
                    "rps", RequestTypes.rps(null),
                    "path", RequestTypes.PATH,
                    "tracks", RequestTypes.VERSION.someOf()),
            """
            rps    | rps    | required, `10` | Requests begun a second, on each track; at most `probes.limits.rps`.
            path   | path   | `/`            | What is asked for.
            tracks | tracks | `[canary]`     | Who gets it.
            """);

    static final Section PHASE = Section.of(
                    "phase",
                    "One row of the phase table.",
                    Map.of(
                            "name", KeyType.text("text, at most 60 characters", LONGEST_NAME, PhasesReader::name),
                            "criterion", CriterionReader.CRITERION.type(),
                            "approval", ApprovalReader.APPROVAL.type(ApprovalReader::read),
                            "load", LOAD.type(),
                            "match", ExtraTrafficReader.MATCHES,
                            "mirror", ExtraTrafficReader.MIRROR),
                    """
            name     | name              | required, `Initial` | Unique within the plan.
            weight   | weight            | required without `match` and `mirror`, such as `5` | More than 0, and more than in the phase before.
            match    | match             | none                | Instead of a weight, before the first weight: [whose requests go to the canary](#cohorts-and-copies), in this phase and the ones after it.
            mirror   | mirror            | none                | Instead of a weight, before the first weight: the share of requests that is [copied to the canary](#cohorts-and-copies) in this phase; users get stable's answers.
            hold     | duration or `0s`  | `0s`                | How long the gate must be continuously green before the phase passes. A failing check starts it anew; a tick without data stops it.
            deadline | duration          | 3 x `hold`; `5m` without a hold | How much time with data the phase may take before it has failed. At least `hold`.
            gate     | list of criterion | the plan's `gate`   | This phase's criteria, instead of the plan's.
            approval | approval          | none                | Who must agree before the rollout leaves the phase.
            load     | load              | none                | What is sent to the tracks for the length of the phase.
            """)
            .rule("{'oneOf': [{'required': ['weight']}, {'required': ['match']}, {'required': ['mirror']}]}");

    /** One phase for every item, in which what was wrong and reported is null. */
    List<Phase> read(YamlNode node) {
        List<Phase> phases = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Weight highest = Weight.ZERO;
        ExtraTraffic extra = ExtraTraffic.NONE;
        for (YamlNode item : node.list()) {
            YamlObject o = PHASE.at(item);
            Phase phase = phase(o, extra);
            extra = phase.extra();
            if (phase.name() != null && !names.add(phase.name())) {
                o.value("name").error("another phase has this name", "give each phase its own");
            }
            if (isUnweighted(o)) {
                notFirst(o, highest);
            } else if (phase.weight() != null && phase.weight().compareTo(highest) > 0) {
                highest = phase.weight();
            } else if (phase.weight() != null) {
                notRising(o.value("weight"), phase.weight(), highest);
            }
            phases.add(phase);
        }
        if (node.isList() && phases.isEmpty()) {
            node.error("there is no phase", "write at least - { name: Full, weight: 100 }");
        }
        return phases;
    }

    private static boolean isUnweighted(YamlObject o) {
        return o.has("match") || o.has("mirror");
    }

    private static void notFirst(YamlObject o, Weight highest) {
        if (List.of("weight", "match", "mirror").stream().filter(o::has).count() > 1) {
            o.self()
                    .error(
                            "a phase has one of weight, match and mirror",
                            "make a phase of each: match and mirror first");
        } else if (!highest.isZero()) {
            o.self()
                    .error(
                            "the phase comes after the weight " + highest + ": users have the canary by then",
                            "move the phase before the first one with a weight");
        }
    }

    private Phase phase(YamlObject o, ExtraTraffic before) {
        String name = o.get("name");
        Weight weight = isUnweighted(o) ? Weight.ZERO : o.need("weight", this::weight, "5");
        ExtraTraffic extra = new ExtraTrafficReader(traffic).read(o, before);
        Duration hold = o.get("hold");
        Duration usual = hold.isZero() ? DEADLINE_WITHOUT_HOLD : hold.multipliedBy(3);
        Duration deadline = o.getOr("deadline", usual);
        if (deadline.compareTo(hold) < 0) {
            o.value("deadline")
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
                o.get("approval"),
                o.get("load", this::load),
                score,
                extra);
    }

    /** At 100% stable gets no requests, so that no test could compare with it and the phase would wait for ever. */
    private List<Criterion> gate(YamlObject o, Weight weight) {
        List<Criterion> gate = o.get("gate", criteria::gate, planGate);
        if (!Weight.FULL.equals(weight)) {
            return gate;
        }
        if (o.has("gate") && gate.stream().anyMatch(Criterion::compares)) {
            o.value("gate")
                    .error(
                            "at 100% stable gets no requests, so that no test can compare with it",
                            "judge this phase by min and max");
        }
        return gate.stream().filter(c -> !c.compares()).toList();
    }

    private static String name(YamlNode node) {
        return node.checked(
                node.text(),
                text -> text.length() <= LONGEST_NAME && text.chars().noneMatch(Character::isISOControl),
                "a phase's name is at most 60 characters on one line",
                "shorten it");
    }

    private Weight weight(YamlNode node) {
        Weight weight = node.checked(
                node.weight(),
                w -> !w.isZero(),
                "at weight 0 the canary gets no requests, so there is nothing to judge",
                "write more than 0, or match: or mirror: instead");
        String refusal = weight == null || traffic == null ? null : traffic.refusal(weight);
        if (refusal != null) {
            node.error(refusal, "");
        }
        return weight;
    }

    private static void notRising(YamlNode node, Weight weight, Weight highest) {
        boolean falls = weight.compareTo(highest) < 0;
        String instead = falls ? ", or move the phase up" : ", or make one phase with a longer hold of both";
        node.error(
                "the weight " + (falls ? "falls" : "stays") + " at " + weight + " after " + highest,
                "weights rise from phase to phase: write more than " + highest + instead);
    }

    private Load load(YamlNode node) {
        YamlObject o = LOAD.at(node);
        if (probes == null) {
            String remedy = "add probes: { allow: [ ... ], canary: { url: ... } }";
            node.error("nothing says where the tracks are reached", remedy);
            return null;
        }
        Double rps = o.get("rps", n -> RequestTypes.rate(n, probes.limits().rps()));
        Set<Track> tracks = EnumSet.noneOf(Track.class);
        tracks.addAll(o.<List<Track>>get("tracks"));
        if (tracks.isEmpty() && o.value("tracks").isList()) {
            o.value("tracks")
                    .error("no track is named, so nothing would be sent", "write [canary] or [canary, stable]");
        }
        for (Track track : tracks) {
            if (!probes.entries().containsKey(track)) {
                node.error(
                        "nothing says where the " + track.word() + " track is reached",
                        "add probes." + track.word() + ": { url: ... }");
            }
        }
        String path = o.get("path");
        return rps == null ? null : new Load(rps, path, tracks);
    }
}

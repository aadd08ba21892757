package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.whole;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.init.ArgoAnalysis.Judged;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A plan from a Rollout of Argo Rollouts. The Rollout stays what moves pods and traffic, by the driver {@code argoRollout}; the
 * plan decides when it goes on. Not for use by several threads.
 */
final class ArgoPlan {

    static final String GROUP = "argoproj.io";

    /** Seconds of scaleDownDelaySeconds, when nothing is said. */
    private static final int KEEPS = 30;

    private static final Duration USUAL_HOLD = Duration.ofMinutes(5);

    private final Inputs in;
    private final PlanBuilder builder;
    private final Manifest rollout;
    private final ArgoAnalysis analysis;
    private final YamlNode canary;
    private final YamlNode blueGreen;
    private final List<Step> phases = new ArrayList<>();
    private final List<Judged> inline = new ArrayList<>();

    /** A weight, and what the Rollout does before the next one. */
    private static final class Step {
        private final int number;
        private final Weight weight;
        private Duration hold = Duration.ZERO;
        private boolean person;
        private boolean stands;
        private final List<Judged> judged = new ArrayList<>();

        Step(int number, Weight weight) {
            this.number = number;
            this.weight = weight;
        }
    }

    ArgoPlan(Inputs in, PlanBuilder builder, Manifest rollout) {
        this.in = in;
        this.builder = builder;
        this.rollout = rollout;
        this.analysis = new ArgoAnalysis(in, builder, rollout);
        this.canary = find(rollout.spec(), "strategy", "canary");
        this.blueGreen = find(rollout.spec(), "strategy", "blueGreen");
    }

    void read() throws InitException {
        boolean switches = blueGreen != null && blueGreen.isObject();
        if (!switches && (canary == null || !canary.isObject())) {
            throw new InitException(rollout.place(rollout.root().at("spec", "strategy"))
                    + ": a Rollout with neither the strategy canary nor blueGreen has nothing to release by; give it one of"
                    + " them, or give the Services and routes that you switch");
        }
        builder.uses(rollout);
        builder.target(in.namespace(rollout), rollout.name());
        builder.traffic("argoRollout", PlanBuilder.map("rollout", rollout.name()));
        builder.choose("the driver argoRollout: Argo Rollouts goes on moving pods and traffic, by the Rollout's own"
                + " trafficRouting and steps, and the plan decides when it goes on");
        if (text(rollout.spec(), "paused").equals("true")) {
            builder.toDo("Rollout " + rollout.name() + ": set spec.paused to false; a paused Rollout does not move");
        }
        container();
        if (switches) {
            switchOver();
            return;
        }
        int full = builder.whole(rollout, canary, 100, "trafficRouting", "maxTrafficWeight");
        items(canary, "steps").forEach(step -> step(step, full <= 0 ? 100 : full));
        List<Judged> background = background();
        phases(background);
        abort(background);
        ticks(background);
        steps();
    }

    /** The driver finds the container where it is the only one, or is named like the Rollout. */
    private void container() {
        List<String> names = items(rollout.spec(), "template", "spec", "containers").stream()
                .map(c -> text(c, "name"))
                .toList();
        if (names.size() > 1 && !names.contains(rollout.name())) {
            builder.toDo("traffic.argoRollout.container: name the one whose image is the version: "
                    + String.join(", ", names));
        }
    }

    private void step(YamlNode step, int full) {
        Step last = phases.isEmpty() ? null : phases.get(phases.size() - 1);
        YamlNode weight = find(step, "setWeight");
        if (weight != null) {
            setWeight(weight, full, last);
        }
        YamlNode pause = find(step, "pause");
        boolean pauses = step.isObject() && step.object().has("pause");
        YamlNode judged = find(step, "analysis");
        if ((pauses || judged != null) && last == null) {
            builder.lost(
                    rollout,
                    step,
                    true,
                    "stands before the first setWeight, and a plan begins with its first weight",
                    "write a checklist with when: before, or a phase with a small weight");
        } else if (pauses) {
            pause(pause, step, last);
        } else if (judged != null) {
            judge(last, judged);
        }
    }

    /** An analysis that Argo Rollouts waits for is the phase's gate, for as long as it takes. */
    private void judge(Step phase, YamlNode judged) {
        List<Judged> read = analysis.read(judged);
        read.forEach(j -> {
            phase.hold = phase.hold.plus(j.length());
            if (j.count() == 0) {
                builder.lost(
                        j.template(),
                        j.at(),
                        true,
                        "has an interval and no count, which Argo Rollouts refuses here",
                        "write a hold to the phase");
            }
        });
        phase.judged.addAll(read);
        inline.addAll(read);
    }

    /** One phase of weight 100; the old version's pods are kept while it lasts. */
    private void switchOver() {
        Duration keeps = Duration.ofSeconds(builder.whole(rollout, blueGreen, KEEPS, "scaleDownDelaySeconds"));
        Step phase = new Step(100, Weight.FULL);
        YamlNode judged = find(blueGreen, "postPromotionAnalysis");
        if (judged != null) {
            judge(phase, judged);
        }
        if (phase.hold.isZero()) {
            phase.hold = find(blueGreen, "scaleDownDelaySeconds") == null ? USUAL_HOLD : keeps;
        }
        phases.add(phase);
        builder.choose(
                "one phase of weight 100: the rollout starts the preview, switches activeService to it when its pods"
                        + " are ready, and judges it for as long as the phase holds");
        phases(List.of());
        abort(List.of());
        ticks(List.of());
        String field = "Rollout " + rollout.name() + ": set spec.strategy.blueGreen.";
        if (!text(blueGreen, "autoPromotionEnabled").equals("false")) {
            builder.toDo(field + "autoPromotionEnabled to false, or Argo Rollouts switches by itself");
        } else {
            builder.lost(
                    rollout,
                    blueGreen.at("autoPromotionEnabled"),
                    true,
                    "a person promotes the preview there; here the rollout does",
                    "let the pipeline set the image, look at the preview, ask a person, and start the rollout then");
        }
        if (keeps.compareTo(phase.hold) < 0) {
            builder.toDo(field + "scaleDownDelaySeconds to " + phase.hold.toSeconds()
                    + " or more, so that a rollback within the phase switches back at once");
        }
        if (judged != null) {
            takeOutAnalyses();
        }
    }

    private void takeOutAnalyses() {
        builder.toDo("Rollout " + rollout.name() + ": take out the analyses that this plan has carried over, or both"
                + " judge; an abort by Argo Rollouts ends the rollout here as well");
    }

    private void setWeight(YamlNode at, int full, Step last) {
        int number = whole(at, -1);
        Weight weight = number < 0 || number > full
                ? null
                : Weight.exactly(100.0 * number / full).orElse(null);
        if (weight == null) {
            builder.lost(
                    rollout,
                    at,
                    true,
                    "is not a weight from 0 to " + full + " in tenths of a percent",
                    "write a phase");
        } else if (last == null && weight.isZero()) {
            return; // where every rollout begins
        } else if (last != null && weight.compareTo(last.weight) < 0) {
            builder.lost(
                    rollout,
                    at,
                    true,
                    "is less than the weight before, and a plan's weights rise",
                    "leave the step out");
        } else if (last == null || !weight.equals(last.weight)) {
            phases.add(new Step(number, weight));
        }
    }

    private void pause(YamlNode pause, YamlNode step, Step phase) {
        String text = text(pause, "duration");
        if (pause == null || pause.isObject() && text.isEmpty() && find(pause, "duration") == null) {
            phase.person = true;
            phase.stands = true;
            return;
        }
        Duration length = Units.duration(text.matches("\\d{1,9}") ? text + "s" : text);
        if (length == null) {
            builder.lost(
                    rollout,
                    step,
                    true,
                    "is not a pause that can be read",
                    "write a hold to the phase " + phase.weight);
        } else {
            phase.hold = phase.hold.plus(length);
        }
    }

    private List<Judged> background() {
        YamlNode all = find(canary, "analysis");
        if (all == null) {
            return List.of();
        }
        List<Judged> read = analysis.read(all);
        int from = builder.whole(rollout, all, 0, "startingStep");
        if (find(all, "startingStep") != null && from != 0) {
            builder.lost(
                    rollout, all.at("startingStep"), true, "here the metrics are judged from the first weight on", "");
        }
        for (Judged j : read) {
            if (j.count() > 0) {
                builder.lost(
                        j.template(), j.at().at("count"), true, "here the metric is judged until the rollout ends", "");
            }
        }
        return read;
    }

    private void phases(List<Judged> background) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Step phase : phases) {
            List<Map<String, Object>> gate = new ArrayList<>(gate(background));
            gate(phase.judged).stream().filter(c -> !gate.contains(c)).forEach(gate::add);
            Map<String, Object> row =
                    PlanBuilder.phase(phase.weight, phase.hold.isZero() ? null : Units.write(phase.hold));
            if (phase.person) {
                row.put("approval", Map.of());
            }
            if (!phase.judged.isEmpty()) {
                row.put("gate", gate);
            }
            rows.add(row);
        }
        if (rows.isEmpty()) {
            rows.addAll(PlanBuilder.PHASES);
            builder.choose("phases of 5, 10, 25, 50 and 100%, as the Rollout has no setWeight step");
        }
        builder.put("phases", rows);
        if (!background.isEmpty()) {
            builder.put("gate", gate(background));
        } else if (inline.isEmpty()) {
            builder.toDo(
                    "gate: no metric was carried over, so that a phase passes by time alone, as the Rollout's steps do;"
                            + " write criteria, and abort: default");
        }
    }

    private static List<Map<String, Object>> gate(List<Judged> judged) {
        List<Map<String, Object>> gate = new ArrayList<>();
        for (Judged j : judged) {
            Map<String, Object> criterion = criterion(j, j.pass());
            if (!gate.contains(criterion)) {
                gate.add(criterion);
            }
        }
        return gate;
    }

    private static Map<String, Object> criterion(Judged judged, Bounds bounds) {
        Map<String, Object> criterion = new LinkedHashMap<>(Map.of("metric", judged.metric()));
        criterion.putAll(bounds.keys());
        if (judged.dryRun()) {
            criterion.put("dryRun", true);
        }
        return criterion;
    }

    /** A failed measurement too many aborts: of a background analysis at any time, of a step's analysis in its phase. */
    private void abort(List<Judged> background) {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (Judged j : background) {
            Map<String, Object> rule = criterion(j, j.notFailed() == null ? j.pass() : j.notFailed());
            if (j.failureLimit() > 0 && j.interval() != null) {
                rule.put("for", Units.write(j.interval().multipliedBy(j.failureLimit())));
                consecutive(j);
            }
            if (!rules.contains(rule)) {
                rules.add(rule);
            }
        }
        inline.stream()
                .filter(j -> !j.dryRun())
                .mapToInt(Judged::failureLimit)
                .min()
                .ifPresent(limit -> {
                    rules.add(PlanBuilder.map("consecutiveFailures", BigDecimal.valueOf(limit + 1L)));
                    for (Judged j : inline) {
                        if (j.dryRun()) {
                            continue;
                        }
                        if (j.failureLimit() != limit) {
                            builder.lost(
                                    j.template(),
                                    j.at().at("failureLimit"),
                                    true,
                                    "all metrics of the steps share one limit here: " + limit,
                                    "change consecutiveFailures");
                        } else if (limit > 0) {
                            consecutive(j);
                        }
                        if (j.notFailed() != null) {
                            builder.lost(
                                    j.template(),
                                    j.at().at("failureCondition"),
                                    true,
                                    "what is neither success nor failure counts as failed in a step's gate here; Argo Rollouts pauses",
                                    "");
                        }
                    }
                });
        if (!rules.isEmpty()) {
            builder.put("abort", rules);
        }
    }

    private void consecutive(Judged j) {
        builder.lost(
                j.template(),
                j.at().at("failureLimit"),
                true,
                "Argo Rollouts counts all failed measurements; here they count while they follow one another",
                "");
    }

    /** A plan has one interval: the shortest. */
    private void ticks(List<Judged> background) {
        List<Judged> all = new ArrayList<>(background);
        all.addAll(inline);
        Duration shortest = all.stream()
                .map(Judged::interval)
                .filter(Objects::nonNull)
                .min(Duration::compareTo)
                .orElse(null);
        if (shortest == null) {
            return;
        }
        builder.prometheus("interval", Units.write(shortest));
        for (Judged j : all) {
            if (j.interval() != null && !j.interval().equals(shortest)) {
                builder.lost(
                        j.template(),
                        j.at().at("interval"),
                        true,
                        "all metrics are read every " + Units.write(shortest) + " here",
                        "");
            }
        }
        builder.choose(
                "no data: Argo Rollouts counts NaN as a failed measurement, and aborts after five queries in a row"
                        + " without an answer; here the gate waits (onNoData of a criterion changes that)");
    }

    /** What the Rollout's steps have to be, so that it stands still at every phase. */
    private void steps() {
        boolean stands = !phases.isEmpty() && phases.stream().allMatch(p -> p.stands);
        List<String> steps = new ArrayList<>();
        for (Step phase : phases) {
            steps.add("{ setWeight: " + phase.number + " }, { pause: {} }");
        }
        if (phases.isEmpty()) {
            PlanBuilder.PHASES.forEach(p -> steps.add("{ setWeight: " + p.get("weight") + " }, { pause: {} }"));
        }
        if (!stands) {
            builder.toDo("Rollout " + rollout.name() + ": let it stand still at every phase: steps: [ "
                    + String.join(", ", steps) + " ]" + others());
        }
        boolean analyses = find(canary, "analysis") != null
                || items(canary, "steps").stream().anyMatch(s -> find(s, "analysis") != null);
        if (analyses) {
            takeOutAnalyses();
        }
    }

    private String others() {
        List<String> kept = items(canary, "steps").stream()
                .flatMap(step -> keys(step).stream())
                .filter(key -> !List.of("setWeight", "pause", "analysis").contains(key))
                .distinct()
                .toList();
        return kept.isEmpty() ? "" : "; keep its steps " + String.join(", ", kept) + " where they are";
    }
}

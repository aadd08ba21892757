package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.lint.PlanLinter;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a plan, YAML 1.1 or JSON, and finds everything that is wrong with it. Any thread; keeps nothing. */
public final class PlanReader {

    static final Duration SHIFT_TIMEOUT = Duration.ofMinutes(5);
    static final Duration PROGRESS_DEADLINE = Duration.ofMinutes(10);
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private PlanReader() {}

    /**
     * @param plan null when there are errors
     * @param problems errors, and what the linter warns of, in the order of the file
     */
    public record Result(CanaryPlan plan, List<Problem> problems) {}

    /**
     * Reads a plan that is to be run.
     *
     * @throws PlanException when the plan has errors; warnings are left to {@link #check}
     */
    public static CanaryPlan read(String text) throws PlanException {
        Result result = check(text);
        if (result.plan() == null) {
            throw new PlanException(result.problems());
        }
        return result.plan();
    }

    /** Reads a plan and reports all that is wrong or doubtful. Throws nothing, whatever the text. */
    public static Result check(String text) {
        Problems problems = new Problems();
        YamlNode root = YamlText.parse(text, problems);
        CanaryPlan plan = root == null ? null : plan(root, text);
        if (plan != null && !problems.hasErrors()) {
            // Of a plan that is whole: one with errors may lack what its queries are made of.
            PlanSize.check(plan, new YamlPlaces(root));
        }
        if (plan == null || problems.hasErrors()) {
            return new Result(null, problems.all());
        }
        PlanLinter.lint(plan, new YamlPlaces(root));
        return new Result(plan, problems.all());
    }

    private static CanaryPlan plan(YamlNode root, String text) {
        YamlObject o = Section.PLAN.at(root);
        String name = o.need(
                "name",
                n -> n.matching(NAME, "a plan's name", "use lower-case letters, digits and '-', at most 63"),
                "api-gateway");
        Target target = o.get("target", TargetReader::read, new Target("", ""));
        RouterSettings traffic = o.need("traffic", TrafficReader::read, "{ haproxy: { ... } }");
        Metrics metrics = MetricsReader.read(o.get("metrics").orElse(null), target);
        ProbeSettings probes = o.get("probes", new ProbesReader(target)::read, null);
        Score score = o.get("score", ScoreReader::read, null);
        CriterionReader criteria = new CriterionReader(metrics, probes, o.has("score"));
        List<Criterion> gate = o.get("gate", criteria::gate, List.of());
        List<Phase> phases = o.need(
                "phases",
                new PhasesReader(criteria, gate, traffic, score, probes)::read,
                "[ { name: Initial, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]");
        phases = phases == null ? List.of() : phases;
        List<AbortRule> abort = o.get("abort", new AbortReader(criteria, metrics)::read, List.of());
        Map<String, Checklist> checklists = o.get("checklists", new ChecklistReader(criteria)::read, Map.of());
        CanaryPlan.Cap cap = o.get("cap", c -> CapReader.read(c, checklists), null);
        YamlPlaces places = new YamlPlaces(root);
        CapReader.phasesBelow(cap, phases, places);
        List<Criterion> last =
                phases.isEmpty() ? gate : phases.get(phases.size() - 1).gate();
        Watch watch = o.get("watch", new WatchReader(criteria, metrics, last, abort)::read, null);
        CanaryPlan plan = new CanaryPlan(
                name,
                new CanaryPlan.Environment(
                        target,
                        traffic,
                        o.get("preflight", PreflightReader::read, PreflightSettings.DEFAULT),
                        o.get("notify", NotifyReader::read, List.of())),
                new CanaryPlan.Analysis(metrics, probes, abort),
                new CanaryPlan.Stages(
                        phases, o.get("weights", w -> WeightsReader.read(w, metrics), null), cap, checklists),
                new CanaryPlan.Timing(
                        o.get("shiftTimeout", YamlNode::positive, SHIFT_TIMEOUT),
                        o.get("progressDeadline", YamlNode::positive, PROGRESS_DEADLINE),
                        o.get("onBuildEnd", n -> n.choice(OnBuildEnd.class), OnBuildEnd.ROLLBACK)),
                watch,
                text);
        TrackLabels.check(plan, places);
        return plan;
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.plan.lint.PlanLinter;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a plan, YAML 1.1 or JSON, and finds everything that is wrong with it. Any thread; keeps nothing. */
public final class PlanReader {

    private static final KeyType NAME = KeyType.matching(
            "lower-case letters, digits, `-`; at most 63",
            DnsName.LABEL,
            "a plan's name",
            "use lower-case letters, digits and '-', at most 63");

    private static final KeyType WATCH_TIME = KeyType.string("duration", KeyType.DURATION, null);

    /** The keys of a plan. Those of {@code traffic} are the drivers' own: {@link RouterDriver#keys}. */
    static final Section PLAN = Section.of(
            "plan",
            "How a new version is released in phases, what is watched, and when it is rolled back.",
            Map.ofEntries(
                    Map.entry("name", NAME),
                    Map.entry("short text", InfoReader.TYPES.get("short text")),
                    Map.entry("sentences", InfoReader.TYPES.get("sentences")),
                    Map.entry("links", InfoReader.TYPES.get("links")),
                    Map.entry("target", EnvironmentReader.TARGET.type(EnvironmentReader::target)),
                    Map.entry("traffic", EnvironmentReader.TRAFFIC),
                    Map.entry("metrics", MetricsReader.METRICS.type()),
                    Map.entry("probes", ProbesReader.PROBES.type()),
                    Map.entry("phases", PhasesReader.PHASE.type().someOf()),
                    Map.entry("weights", WeightsReader.WEIGHTS.type()),
                    Map.entry("criterion", CriterionReader.CRITERION.type()),
                    Map.entry("score", CriterionReader.SCORE.type(CriterionReader::score)),
                    Map.entry("abort", AbortReader.TYPE),
                    Map.entry("cap", ChecklistReader.CAP.type()),
                    Map.entry("checklists", ChecklistReader.CHECKLISTS),
                    Map.entry("windows", WindowsReader.TYPE),
                    Map.entry("onBuildEnd", KeyType.choice(OnBuildEnd.class)),
                    Map.entry("watch", KeyType.either(null, WATCH_TIME, WatchReader.WATCH.type())),
                    Map.entry("notify", EnvironmentReader.RECEIVERS),
                    Map.entry("preflight", EnvironmentReader.PREFLIGHT.type(EnvironmentReader::preflight))),
            """
            $schema          | text              | none | Where an editor finds the JSON Schema; not read.
            name             | name              | required, `api-gateway` | The plan's name.
            extends          | text              | none | Another plan, whose keys this one has unless it writes them itself; see [shared plans](shared-plans.md).
            params           | texts by name     | none | What stands for `{{params.NAME}}` in the values of this plan and of the one that it extends.
            target           | target            | none | What is released. Routers outside a cluster need none.
            traffic          | traffic           | required, `{ haproxy: { ... } }` | The router that splits the requests.
            metrics          | metrics           | none | Where readings come from.
            probes           | probes            | none | Requests that the rollout itself sends.
            phases           | phases            | required, `[ { name: Initial, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]` | The phase table.
            weights          | weights           | none | How the weight moves within the phases.
            gate             | list of criterion | empty | The criteria of every phase that has no gate of its own.
            score            | score             | none | Sums a gate up instead of asking for every criterion.
            abort            | abort             | empty | What ends the rollout at once, from the first shift to the end, also while a person decides.
            cap              | cap               | none | The most the canary may get until a checklist is complete.
            checklists       | checklists        | none | Items that people or criteria confirm, and what waits for them.
            windows          | windows           | always open | When the weight may rise.
            onBuildEnd       | onBuildEnd        | `rollback` | What happens to an open rollout when its build ends.
            shiftTimeout     | duration          | `5m` | How long the verification of a shift may take before the rollout rolls back.
            progressDeadline | duration          | `10m` | How long a promotion may take.
            unavailableTicks | whole 0..1000     | `2` | Ticks in a row without a ready pod of the canary after which the rollout rolls back, where the driver sees pods; 0 for never.
            watch            | watch             | none | What is watched after the promotion, and for how long.
            notify           | notify            | none | Who is notified of the rollout's events.
            preflight        | preflight         | every check, no fixes | The checks for cluster hazards before the first shift.
            """,
            InfoReader.PLAN);

    /** What a plan that is to be read no longer has. */
    private static final List<String> UNRESOLVED = List.of("extends", "params");

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
        return root == null ? new Result(null, problems.all()) : check(root, text);
    }

    /**
     * The same of a text that was parsed already.
     *
     * @param root reports to the problems that it has
     */
    public static Result check(YamlNode root, String text) {
        Problems problems = root.problems();
        CanaryPlan plan = plan(root, text);
        if (!problems.hasErrors()) {
            // Of a plan that is whole: one with errors may lack what its queries are made of.
            PlanSize.check(plan, root);
        }
        if (problems.hasErrors()) {
            return new Result(null, problems.all());
        }
        new PlanLinter(plan, root).lint();
        return new Result(plan, problems.all());
    }

    private static CanaryPlan plan(YamlNode root, String text) {
        YamlObject o = PLAN.at(root);
        for (String key : UNRESOLVED) {
            if (o.has(key)) {
                o.key(key).error(key + " was not resolved before the plan was read", "resolve the plan first");
            }
        }
        String name = o.get("name");
        Target target = o.getOr("target", new Target("", ""));
        RouterSettings traffic = o.get("traffic");
        Metrics metrics = MetricsReader.read(o.value("metrics"), target);
        ProbeSettings probes = o.get("probes", new ProbesReader(target)::read);
        Score score = o.get("score");
        Map<String, CustomMetric> ofCriteria = new LinkedHashMap<>();
        CriterionReader criteria = new CriterionReader(
                metrics,
                probes,
                new AlertsReader(metrics.source(), target),
                new SloReader(metrics, new CustomMetricReader(metrics.source(), metrics.labels(), target), ofCriteria),
                ofCriteria,
                o.has("score"));
        List<Criterion> gate = o.get("gate", criteria::gate, List.of());
        List<Phase> phases = o.get("phases", new PhasesReader(criteria, gate, traffic, score, probes)::read);
        phases = phases == null ? List.of() : phases;
        List<AbortRule> abort = o.get("abort", new AbortReader(criteria, metrics)::read, List.of());
        Map<String, Checklist> checklists = o.get("checklists", new ChecklistReader(criteria)::read, Map.of());
        CanaryPlan.Cap cap = o.get("cap", c -> ChecklistReader.cap(c, checklists));
        ChecklistReader.phasesBelow(cap, phases, root);
        List<Criterion> last =
                phases.isEmpty() ? gate : phases.get(phases.size() - 1).gate();
        Watch watch = o.get("watch", new WatchReader(criteria, metrics, last, abort)::read);
        CanaryPlan plan = new CanaryPlan(
                name,
                new CanaryPlan.Environment(
                        target, traffic, o.getOr("preflight", PreflightSettings.DEFAULT), o.getOr("notify", List.of())),
                new CanaryPlan.Analysis(metrics.and(ofCriteria), probes, abort),
                new CanaryPlan.Stages(phases, o.get("weights", w -> WeightsReader.read(w, metrics)), cap, checklists),
                new CanaryPlan.Timing(
                        o.get("shiftTimeout"),
                        o.get("progressDeadline"),
                        o.<Long>get("unavailableTicks").intValue(),
                        o.get("onBuildEnd"),
                        o.getOr("windows", Windows.ALWAYS)),
                watch,
                text,
                InfoReader.plan(o),
                List.of());
        SeriesReader.check(plan, root);
        SeriesReader.checkBaseline(plan, root);
        return plan;
    }
}

package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.init.ArgoArguments.Unresolved;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the analyses of a Rollout as metrics of the plan. Not for use by several threads. */
final class ArgoAnalysis {

    private static final String GROUP = "argoproj.io";
    private static final int LONGEST_QUERY = 10_000;
    /** Of all analyses; as many as a plan may have criteria. */
    private static final int MOST_METRICS = 1_000;
    /** Of one analysis, those that templates name among them. */
    private static final int MOST_TEMPLATES = 100;

    private final Inputs in;
    private final PlanBuilder builder;
    private final Manifest rollout;
    /** The plan's names of metrics by what they are, so that an analysis that is run twice is one metric. */
    private final Map<List<Object>, String> known = new HashMap<>();

    private int measured;

    ArgoAnalysis(Inputs in, PlanBuilder builder, Manifest rollout) {
        this.in = in;
        this.builder = builder;
        this.rollout = rollout;
    }

    /**
     * A metric that an analysis judges.
     *
     * @param pass what counts as success
     * @param notFailed what does not count as failure, where a failureCondition says that of its own; else null
     * @param dryRun whether it is measured and decides nothing
     * @param interval null for a single measurement
     * @param count 0 for measurements without an end
     * @param failureLimit failures that are let pass
     */
    record Judged(
            boolean dryRun,
            String metric,
            Bounds pass,
            Bounds notFailed,
            Duration interval,
            int count,
            int failureLimit,
            Manifest template,
            YamlNode at) {

        /** How long its measurements take. */
        Duration length() {
            return interval == null || count == 0 ? Duration.ZERO : interval.multipliedBy(count - 1);
        }
    }

    /** @param analysis of a step, or of the whole strategy */
    List<Judged> read(YamlNode analysis) {
        List<Judged> judged = new ArrayList<>();
        Set<String> dry = new HashSet<>();
        items(analysis, "dryRun").forEach(d -> dry.add(text(d, "metricName")));
        templates(rollout, analysis, analysis, dry, judged, new HashSet<>());
        return judged;
    }

    private void templates(
            Manifest by, YamlNode owner, YamlNode analysis, Set<String> dry, List<Judged> judged, Set<Manifest> seen) {
        if (measured > MOST_METRICS || seen.size() > MOST_TEMPLATES) {
            builder.lost(
                    by,
                    owner,
                    true,
                    "there are more than " + MOST_TEMPLATES + " templates or " + MOST_METRICS
                            + " metrics in its analyses",
                    "write what the rollout needs by hand");
            return;
        }
        for (YamlNode ref : items(owner, "templates")) {
            String kind = text(ref, "clusterScope").equals("true") ? "ClusterAnalysisTemplate" : "AnalysisTemplate";
            String name = text(ref, "templateName");
            Manifest template = in.find(GROUP, kind, in.namespace(rollout), name);
            if (template == null) {
                builder.lost(
                        by,
                        ref,
                        true,
                        "the " + kind + " " + YamlNode.shown(name) + " was not given",
                        "add its manifest, or leave its analysis in the Rollout");
            } else if (seen.add(template)) {
                builder.uses(template);
                ArgoArguments args = new ArgoArguments(in, rollout, analysis, template);
                Set<String> unjudged = new HashSet<>(dry);
                items(template.spec(), "dryRun").forEach(d -> unjudged.add(text(d, "metricName")));
                for (YamlNode metric : items(template.spec(), "metrics")) {
                    Judged read = metric(template, metric, args, unjudged.contains(text(metric, "name")));
                    if (read != null) {
                        judged.add(read);
                    }
                }
                templates(template, template.spec(), analysis, dry, judged, seen);
            }
        }
    }

    private Judged metric(Manifest template, YamlNode metric, ArgoArguments args, boolean dryRun) {
        YamlNode prometheus = find(metric, "provider", "prometheus");
        measured++;
        if (prometheus == null) {
            return null; // the table says so, or there is no provider at all
        }
        if (!keys(prometheus, "rangeQuery").isEmpty()) {
            builder.lost(
                    template,
                    find(prometheus, "rangeQuery"),
                    true,
                    "the metric is a range of values, and left out",
                    "write a query that yields one number");
            return null;
        }
        try {
            String query = args.fill(text(prometheus, "query"));
            String success = args.fill(text(metric, "successCondition"));
            String failure = args.fill(text(metric, "failureCondition"));
            int count = number(args.fill(text(metric, "count")), 0);
            int limit = number(args.fill(text(metric, "failureLimit")), 0);
            String every = args.fill(text(metric, "interval"));
            Duration interval = every.isEmpty() ? null : Units.duration(every);
            if (!every.isEmpty() && interval == null || count < 0) {
                throw new Unresolved(
                        "its interval or count is not understood, and the metric is left out",
                        "write the metric by hand");
            }
            if (query.isBlank() || query.length() > LONGEST_QUERY) {
                throw new Unresolved(
                        "has no query, or a very long one, and the metric is left out", "write the metric by hand");
            }
            return judged(
                    dryRun,
                    template,
                    metric,
                    query.strip(),
                    success,
                    failure,
                    interval,
                    interval == null ? 1 : count,
                    limit,
                    args);
        } catch (Unresolved missing) {
            builder.lost(template, metric, true, missing.getMessage(), missing.remedy);
            return null;
        }
    }

    private Judged judged(
            boolean dryRun,
            Manifest template,
            YamlNode metric,
            String query,
            String success,
            String failure,
            Duration interval,
            int count,
            int limit,
            ArgoArguments args)
            throws Unresolved {
        if (limit < 0 || success.isBlank() && failure.isBlank()) {
            builder.lost(template, metric, false, "is measured, and never fails an analysis", "");
            return null;
        }
        Bounds notFailed = failure.isBlank() ? null : condition(template, metric, "failureCondition", failure);
        Bounds pass = success.isBlank() ? notFailed : condition(template, metric, "successCondition", success);
        if (pass == null || notFailed == null && !failure.isBlank()) {
            return null;
        }
        server(template, find(metric, "provider", "prometheus"), args);
        List<Object> same = List.of(query, pass);
        String name = known.get(same);
        if (name == null) {
            name = builder.names.next(text(metric, "name"));
            known.put(same, name);
            builder.custom(name, query);
        }
        return new Judged(
                dryRun, name, pass, success.isBlank() ? null : notFailed, interval, count, limit, template, metric);
    }

    /** What passes; null after saying that the condition is more than a comparison. */
    private Bounds condition(Manifest template, YamlNode metric, String key, String text) {
        Bounds bounds = key.equals("failureCondition") ? Bounds.not(text) : Bounds.of(text);
        if (bounds == null) {
            builder.lost(
                    template,
                    metric.at(key),
                    true,
                    YamlNode.shown(text) + " is more than one value compared with a number, so the metric is left out",
                    "write a query that yields one number, and min or max to its criterion; onNoData: pass lets an empty"
                            + " answer pass");
        }
        return bounds;
    }

    private void server(Manifest template, YamlNode prometheus, ArgoArguments args) throws Unresolved {
        builder.server(template, prometheus.at("address"), args.fill(text(prometheus, "address")));
        String timeout = args.fill(text(prometheus, "timeout"));
        if (timeout.matches("[1-9]\\d{0,4}")) {
            builder.prometheus("timeout", timeout + "s");
        }
        for (YamlNode header : items(prometheus, "headers")) {
            String value = args.fill(text(header, "value"));
            Object tenant =
                    text(header, "key").equalsIgnoreCase("X-Scope-OrgID") ? builder.prometheus("tenant", value) : "";
            if (tenant != null && !tenant.equals(value)) {
                builder.lost(
                        template,
                        header,
                        false,
                        "a plan sends no headers of its own to Prometheus, and one tenant",
                        "ask a server that needs none, or write metrics.prometheus.auth");
            }
        }
    }

    private static int number(String text, int otherwise) throws Unresolved {
        if (!text.isEmpty() && !text.matches("-?\\d{1,6}")) {
            throw new Unresolved(
                    "count or failureLimit is not a number, and the metric is left out", "write the metric by hand");
        }
        return text.isEmpty() ? otherwise : Integer.parseInt(text);
    }
}

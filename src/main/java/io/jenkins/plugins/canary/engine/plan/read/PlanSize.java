package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.gate.Breakdown;
import io.jenkins.plugins.canary.engine.gate.LabelValues;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How much a plan may come to when it runs. The first line of a rollout's journal holds the plan and every query with its
 * placeholders filled in, and each tick's line holds a reading of every query: an alias, a matrix of metrics and windows, or
 * a placeholder that stands often makes many lines out of few, and a line must stay one that the journal's reader takes back.
 */
public final class PlanSize {

    /** Characters of a plan, and of all its queries together when they are filled in. The journal's longest line follows. */
    public static final int CHARACTERS = YamlText.MAX_CHARACTERS;

    /** Values that one tick reads, and criteria of one gate with the abort rules beside it. */
    static final int QUERIES = 1_000;

    /** Longer than any tag or digest of an image; a rollout of a longer version does not begin. */
    public static final int VERSION = 256;

    private PlanSize() {}

    static void check(CanaryPlan plan, YamlNode root) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        int ticks = plan.phases().size() + (plan.aftercare() == null ? 0 : 1);
        for (int i = 0; i < ticks; i++) {
            Set<MetricQuery> queries = plan.queries(i);
            int criteria = plan.gate(i).size() + plan.abort().size();
            int values = queries.stream()
                            .mapToInt(q -> q.by() == null ? 1 : Breakdown.MOST)
                            .sum()
                    + LabelValues.PODS * plan.podQueries(i).size();
            if (values > QUERIES || criteria > QUERIES) {
                root.at(i < plan.phases().size() ? new Object[] {"phases", i} : new Object[] {"watch"})
                        .error(
                                "a tick would read " + values + " values for " + criteria
                                        + " criteria and abort rules; it reads at most " + QUERIES + " for " + QUERIES,
                                "use fewer criteria, or the same window for several of them; one with 'by' reads "
                                        + Breakdown.MOST + " values a query, and a test of latency those of "
                                        + LabelValues.PODS + " pods a track");
                return;
            }
            all.addAll(queries);
        }
        if (characters(plan, all) > CHARACTERS) {
            root.at("metrics")
                    .error(
                            "the queries have more than " + CHARACTERS
                                    + " characters with their placeholders filled in, too many for the journal",
                            "use fewer metrics and windows, shorter labels, or {{labels}} fewer times in a query");
        }
    }

    private static long characters(CanaryPlan plan, Set<MetricQuery> all) {
        PlanQueries queries;
        try {
            queries = new PlanQueries(plan.metrics(), SourceContext.of(plan.target(), "v".repeat(VERSION), ref -> ""));
        } catch (MetricException unreadable) {
            // Said where the source is opened; nothing is filled in then.
            return 0;
        }
        long sum = 0;
        for (MetricQuery query : all) {
            sum += query.key().length() + length(queries, query);
            if (sum > CHARACTERS) {
                break;
            }
        }
        return sum;
    }

    private static int length(PlanQueries queries, MetricQuery query) {
        try {
            JsonQuery json = queries.custom(query).map(CustomMetric::json).orElse(null);
            return json == null
                    ? queries.promQl(query).length()
                    : json.texts().mapToInt(String::length).sum();
        } catch (IllegalArgumentException notAQuery) {
            return 0;
        }
    }
}

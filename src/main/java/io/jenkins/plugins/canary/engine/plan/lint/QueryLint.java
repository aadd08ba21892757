package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.query.LabelMatchers;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.plan.query.PromQlRanges;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PromQL that answers another question than its author asks. */
final class QueryLint {

    private static final Set<String> RATES = Set.of("rate", "increase");

    private QueryLint() {}

    static void lint(CanaryPlan plan, List<PlacedCriterion> judged, YamlPlaces places) {
        for (CustomMetric custom : plan.metrics().custom().values()) {
            if (custom.query() != null) {
                PromQl query = PromQl.parse(custom.query());
                YamlNode place = places.at("metrics", "custom", custom.name(), "query");
                selectsTheCanary(query, plan.metrics().labels(), place);
                ranges(query, plan.metrics(), place);
                HistogramLint.lint(query, place);
            }
        }
        judged.forEach(j -> comparesWithItself(j, plan.metrics()));
        durationUnit(plan.metrics().names(), places);
    }

    private static void selectsTheCanary(PromQl query, Map<Track, String> labels, YamlNode place) {
        if (query.uses(Placeholders.TRACK) || query.uses(Placeholders.LABELS) || query.uses(Placeholders.VERSION)) {
            return;
        }
        boolean byLabel = labels.size() == 2
                && LabelMatchers.distinguishing(labels.get(Track.CANARY), labels.get(Track.STABLE)).stream()
                        .anyMatch(query.matchers()::contains);
        if (!byLabel) {
            place.warning(
                    "the query does not select the canary, so it mixes both versions: at a weight of 5% a canary"
                            + " that fails every request still leaves a success rate of 95%",
                    "write {{labels}} (or {{track}}, {{version}}) into its selectors, unless it is about something that"
                            + " both versions share");
        }
    }

    private static void ranges(PromQl query, Metrics metrics, YamlNode place) {
        for (PromQlRanges.Range range : PromQlRanges.in(query)) {
            if (RATES.contains(range.function()) && TimingLint.tooShort(range.length(), metrics.scrapeInterval())) {
                place.warning(
                        TimingLint.message(range.length(), metrics.scrapeInterval()),
                        TimingLint.remedy(metrics.scrapeInterval()) + ", or {{window}}");
            }
        }
    }

    private static void comparesWithItself(PlacedCriterion j, Metrics metrics) {
        CustomMetric custom = metrics.custom().get(j.criterion().metric().name());
        if (custom == null || j.criterion().versus() == null) {
            return;
        }
        boolean differs = custom.query() != null
                ? PromQl.parse(custom.query()).uses(Placeholders.TRACK)
                        || PromQl.parse(custom.query()).uses(Placeholders.LABELS)
                : Placeholders.TRACK.in(custom.json().url())
                        || Placeholders.LABELS.in(custom.json().url());
        if (!differs) {
            j.at("versusStable")
                    .warning(
                            "the metric " + custom.name()
                                    + " is read in the same way for both tracks, so the canary is compared with itself",
                            "write {{track}}" + (custom.query() != null ? " or {{labels}}" : "") + " into it");
        }
    }

    private static void durationUnit(HttpNames names, YamlPlaces places) {
        boolean millis =
                names.duration().endsWith("_milliseconds") || names.duration().endsWith("_ms");
        if (millis && names.durationUnit() == 1 || names.duration().endsWith("_seconds") && names.durationUnit() != 1) {
            places.at("metrics", "http", "durationUnit")
                    .warning(
                            "the histogram " + YamlNode.shown(names.duration())
                                    + " is not in the unit that its name says",
                            "write durationUnit: " + (millis ? "ms" : "s"));
        }
    }
}

package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * PromQL that answers another question than its author asks.
 *
 * @param judged the criteria of gates and abort rules
 */
record QueryLint(CanaryPlan plan, YamlNode root, List<PlacedCriterion> judged) {

    private static final Set<String> RATES = Set.of("rate", "increase");
    private static final Set<String> SUMS = Set.of("sum", "avg", "max", "min", "count");

    void lint() {
        for (CustomMetric custom : plan.metrics().custom().values()) {
            if (custom.query() != null && root.has("metrics", "custom", custom.name())) {
                PromQl query = PromQl.parse(custom.query());
                YamlNode place = root.at("metrics", "custom", custom.name(), "query");
                selectsTheCanary(query, place);
                ranges(query, place);
                histograms(query, place);
            }
        }
        judged.forEach(this::comparesWithItself);
        durationUnit(plan.metrics().names());
    }

    /** Whether a placeholder stands in a metric's query or address. */
    static boolean uses(CustomMetric custom, Placeholders placeholder) {
        return custom.query() != null
                ? PromQl.parse(custom.query()).uses(placeholder)
                : custom.json().texts().anyMatch(placeholder::in);
    }

    private void selectsTheCanary(PromQl query, YamlNode place) {
        if (query.uses(Placeholders.TRACK) || query.uses(Placeholders.LABELS) || query.uses(Placeholders.VERSION)) {
            return;
        }
        Map<Track, String> labels = plan.metrics().labels();
        if (labels.size() == 2) {
            // What tells one track from the other.
            List<PromQl.LabelMatch> own =
                    new ArrayList<>(PromQl.parse(labels.get(Track.CANARY)).matchers());
            own.removeAll(PromQl.parse(labels.get(Track.STABLE)).matchers());
            if (own.stream().anyMatch(query.matchers()::contains)) {
                return;
            }
        }
        place.warning(
                "the query does not select the canary, so it mixes both versions: at a weight of 5% a canary"
                        + " that fails every request still leaves a success rate of 95%",
                "write {{labels}} (or {{track}}, {{version}}) into its selectors, unless it is about something that"
                        + " both versions share");
    }

    private void ranges(PromQl query, YamlNode place) {
        Duration scrapes = plan.metrics().scrapeInterval();
        for (PromQl.Range range : query.ranges()) {
            if (RATES.contains(range.function()) && CriterionLint.tooShort(range.length(), scrapes)) {
                place.warning(
                        CriterionLint.message(range.length(), scrapes),
                        CriterionLint.remedy(scrapes) + ", or {{window}}");
            }
        }
    }

    private void comparesWithItself(PlacedCriterion j) {
        CustomMetric custom = plan.metrics().custom().get(j.criterion().metric().name());
        if (custom == null || j.criterion().versus() == null) {
            return;
        }
        if (!uses(custom, Placeholders.TRACK) && !uses(custom, Placeholders.LABELS)) {
            j.at("versusStable")
                    .warning(
                            "the metric " + custom.name()
                                    + " is read in the same way for both tracks, so the canary is compared with itself",
                            "write {{track}}" + (custom.query() != null ? " or {{labels}}" : "") + " into it");
        } else if (custom.query() != null && PromQl.parse(custom.query()).isAmount()) {
            CriterionLint.growsWithWeight(
                    j, custom.name(), "divide it by what grows as well, such as the track's requests");
        }
    }

    private void durationUnit(HttpNames names) {
        boolean millis =
                names.duration().endsWith("_milliseconds") || names.duration().endsWith("_ms");
        if (millis && names.durationUnit() == 1 || names.duration().endsWith("_seconds") && names.durationUnit() != 1) {
            root.at("metrics", "http", "durationUnit")
                    .warning(
                            "the histogram " + YamlNode.shown(names.duration())
                                    + " is not in the unit that its name says",
                            "write durationUnit: " + (millis ? "ms" : "s"));
        }
    }

    /** {@code histogram_quantile} over classic buckets that were not added up by {@code le}. */
    private static void histograms(PromQl query, YamlNode place) {
        List<PromQl.Token> tokens = query.tokens();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).word("histogram_quantile") && tokens.get(i + 1).is("(")) {
                quantile(tokens.subList(i + 2, query.closing(i + 1)), place);
            }
        }
    }

    private static void quantile(List<PromQl.Token> inside, YamlNode place) {
        // A native histogram has no buckets and no le; the name is all that tells.
        boolean buckets = inside.stream()
                .anyMatch(t -> t.kind() == PromQl.Kind.WORD && t.text().endsWith("_bucket"));
        if (!buckets || keepsLe(inside)) {
            return;
        }
        boolean sums = inside.stream().anyMatch(t -> SUMS.contains(t.text()));
        place.warning(
                sums
                        ? "the sum inside histogram_quantile drops the label le, so there is never a result"
                        : "histogram_quantile without a sum gives one quantile for each instance, not one for the track",
                "write histogram_quantile(0.99, sum by (le) (rate(...)))");
    }

    /** {@code by (..., le, ...)} or a {@code without (...)} that leaves le. */
    private static boolean keepsLe(List<PromQl.Token> inside) {
        for (int i = 0; i + 1 < inside.size(); i++) {
            boolean by = inside.get(i).word("by");
            if ((by || inside.get(i).word("without")) && inside.get(i + 1).is("(")) {
                int end = i + 2;
                boolean le = false;
                for (; end < inside.size() && !inside.get(end).is(")"); end++) {
                    le |= inside.get(end).word("le");
                }
                if (by == le) {
                    return true;
                }
            }
        }
        return false;
    }
}

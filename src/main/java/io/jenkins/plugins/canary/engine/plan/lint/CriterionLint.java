package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.NoDataPolicy;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Criteria whose keys work against each other, windows too short for the samples that there are, answers waited for beyond
 * the next tick, and abort rules that are missing or fire in other cases than they seem to.
 *
 * @param judged the criteria of gates and abort rules
 */
record CriterionLint(CanaryPlan plan, YamlNode root, List<PlacedCriterion> judged) {

    /** A rate needs two samples; with four intervals one lost and one late scrape still leave two. */
    private static final int SCRAPES_PER_WINDOW = 4;

    /** What grows with the weight, so that the tracks differ even when both versions are equally good. */
    private static final Set<BuiltInMetric> AMOUNTS = Set.of(
            BuiltInMetric.ERRORS, BuiltInMetric.REQUESTS, BuiltInMetric.REQUEST_RATE, BuiltInMetric.THROUGHPUT_SHARE);

    private static final Set<BuiltInMetric> ERROR_SHARES =
            Set.of(BuiltInMetric.SUCCESS_RATE, BuiltInMetric.ERROR_RATE, BuiltInMetric.FIVE_XX_RATE);

    void lint() {
        if (plan.abort().isEmpty()) {
            root.at("abort")
                    .warning(
                            "there are no abort rules, so a bad canary keeps its traffic until the deadline",
                            "add abort: [ { metric: success-rate, min: 95% } ] or the like");
        }
        for (int i = 0; i < plan.abort().size(); i++) {
            oneBurst(i, plan.abort().get(i).consecutiveFailures());
        }
        pace();
        for (PlacedCriterion j : judged) {
            BuiltInMetric metric =
                    BuiltInMetric.named(j.criterion().metric().name()).orElse(null);
            if (metric != null) {
                amounts(j, metric);
                enoughRequests(j, metric);
            }
            noData(j);
            window(j);
            if (j.rule() != null) {
                rule(j);
            }
        }
    }

    private static void amounts(PlacedCriterion j, BuiltInMetric metric) {
        if (j.criterion().versus() != null && AMOUNTS.contains(metric)) {
            growsWithWeight(j, metric.word(), "compare a rate such as error-rate or latency");
        }
    }

    static void growsWithWeight(PlacedCriterion j, String metric, String remedy) {
        j.at("versusStable").warning(metric + " grows with the weight, so canary and stable always differ", remedy);
    }

    private static void enoughRequests(PlacedCriterion j, BuiltInMetric metric) {
        Criterion c = j.criterion();
        if (c.minRequests() == 0) {
            return;
        }
        if (metric == BuiltInMetric.LATENCY && c.minRequests() * (1 - c.metric().quantile()) < 1 - 1e-9) {
            long fewest = (long) Math.ceil(1 / (1 - c.metric().quantile()) - 1e-9);
            j.at("minRequests")
                    .warning(
                            "with fewer than " + fewest + " requests, "
                                    + c.metric().label() + " is the single slowest one",
                            "raise minRequests, or judge a lower quantile");
        }
        Double allowed =
                metric == BuiltInMetric.SUCCESS_RATE ? (c.min() == null ? null : Double.valueOf(1 - c.min())) : c.max();
        if (ERROR_SHARES.contains(metric)
                && allowed != null
                && allowed > 0
                && 1.0 / c.minRequests() > allowed + 1e-12) {
            j.at("minRequests")
                    .warning(
                            "one error in " + c.minRequests() + " requests is "
                                    + Units.print(1.0 / c.minRequests(), Unit.RATIO)
                                    + ", which breaks this criterion already",
                            "raise minRequests to " + (long) Math.ceil(1 / allowed - 1e-9) + " or more");
        }
    }

    private static void noData(PlacedCriterion j) {
        if (j.criterion().noDataDeadline() != null && j.criterion().onNoData() != NoDataPolicy.HOLD) {
            j.at("noDataDeadline")
                    .warning("noDataDeadline ends a hold, and onNoData is not hold here", "remove one of the two");
        }
    }

    private void pace() {
        Metrics metrics = plan.metrics();
        String section = metrics.source() instanceof SourceSettings.Scrape ? "scrape" : "prometheus";
        String ticks = Units.print(metrics.interval());
        if (metrics.source() != null && metrics.timeout().compareTo(metrics.interval()) > 0) {
            root.at("metrics", section, "timeout")
                    .warning(
                            "an answer may take longer than the time between two ticks, " + ticks
                                    + ", so ticks come late",
                            "write a timeout of at most the interval");
        }
        if (metrics.scrapeInterval().compareTo(metrics.interval()) > 0) {
            root.at("metrics", section, "interval")
                    .warning(
                            "ticks come every " + ticks + " but new samples only every "
                                    + Units.print(metrics.scrapeInterval())
                                    + ", so several ticks judge the same samples",
                            "write an interval of at least scrapeInterval");
        }
    }

    private void window(PlacedCriterion j) {
        if (j.criterion().metric().hasWords()) {
            return;
        }
        Metrics metrics = plan.metrics();
        CustomMetric custom = metrics.custom().get(j.criterion().metric().name());
        if (custom != null && !QueryLint.uses(custom, Placeholders.WINDOW)) {
            if (j.says("window")) {
                j.at("window")
                        .warning(
                                "the window has no effect: "
                                        + j.criterion().metric().name() + " does not use it",
                                "write {{window}} into the metric's query, or remove window");
            }
            return;
        }
        boolean rate = custom == null || custom.query() != null;
        Duration window = j.criterion().window();
        if (rate && metrics.source() != null && tooShort(window, metrics.scrapeInterval())) {
            YamlNode place = j.says("window") ? j.at("window") : root.at("metrics", "window");
            place.warning(message(window, metrics.scrapeInterval()), remedy(metrics.scrapeInterval()));
        }
    }

    static boolean tooShort(Duration window, Duration scrapeInterval) {
        return window.compareTo(scrapeInterval.multipliedBy(SCRAPES_PER_WINDOW)) < 0;
    }

    static String message(Duration window, Duration scrapeInterval) {
        return "a window of " + Units.print(window) + " holds too few samples at one every "
                + Units.print(scrapeInterval) + ": the rate is noise, or missing after a lost scrape";
    }

    static String remedy(Duration scrapeInterval) {
        return "write four scrape intervals or more: " + Units.write(scrapeInterval.multipliedBy(SCRAPES_PER_WINDOW));
    }

    private void rule(PlacedCriterion rule) {
        judged.stream().filter(g -> g.rule() == null).forEach(g -> beforeTheGate(rule, g.criterion()));
        Duration sustained = rule.rule().sustained();
        Duration interval = plan.metrics().interval();
        if (rule.criterion().onNoData() == NoDataPolicy.FAIL && sustained.compareTo(interval) < 0) {
            rule.at("onNoData")
                    .warning(
                            "one tick without data rolls the canary back: with onNoData: fail it breaks this abort rule",
                            "write 'for' as several intervals, or noDataDeadline instead of onNoData");
        }
        if (!sustained.isZero() && sustained.compareTo(interval) < 0) {
            rule.at("for")
                    .warning(
                            "'for' is shorter than the time between two ticks, " + Units.print(interval)
                                    + ", so it cannot be told",
                            "leave it out to abort at once, or write several intervals");
        }
    }

    /** Only rules that fire at once: a tighter bound that must be broken for a while is another thing. */
    private static void beforeTheGate(PlacedCriterion rule, Criterion gate) {
        Criterion abort = rule.criterion();
        if (!rule.rule().sustained().isZero()
                || !abort.metric().equals(gate.metric())
                || !abort.window().equals(gate.window())) {
            return;
        }
        if (abort.min() != null && gate.min() != null && abort.min() > gate.min()) {
            rule.at("min")
                    .warning(
                            "aborts below " + Units.print(abort.min(), abort.unit())
                                    + " although a gate still passes at " + Units.print(gate.min(), gate.unit()),
                            "write an abort bound below the gate's");
        }
        if (abort.max() != null && gate.max() != null && abort.max() < gate.max()) {
            rule.at("max")
                    .warning(
                            "aborts above " + Units.print(abort.max(), abort.unit())
                                    + " although a gate still passes at " + Units.print(gate.max(), gate.unit()),
                            "write an abort bound above the gate's");
        }
    }

    /** Each tick looks back over a window, so neighbouring ticks see the same requests. */
    private void oneBurst(int rule, int failures) {
        Duration interval = plan.metrics().interval();
        Duration window = plan.phases().stream()
                .flatMap(p -> p.gate().stream())
                .map(Criterion::window)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        long seenBy = window.toMillis() / interval.toMillis();
        if (failures > 1 && failures <= seenBy) {
            root.at("abort", rule, "consecutiveFailures")
                    .warning(
                            "one burst of errors stays in a window of " + Units.print(window) + " for " + seenBy
                                    + " ticks of " + Units.print(interval) + ", so " + failures
                                    + " failures in a row may be one burst",
                            "write " + (seenBy + 1) + " or more, or a longer interval");
        }
    }
}

package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlPlaces;
import java.time.Duration;
import java.util.List;

/** Windows too short for the samples that there are, and answers waited for beyond the next tick. */
final class TimingLint {

    /** A rate needs two samples; with four intervals one lost and one late scrape still leave two. */
    static final int SCRAPES_PER_WINDOW = 4;

    private TimingLint() {}

    static void lint(CanaryPlan plan, List<PlacedCriterion> judged, YamlPlaces places) {
        Metrics metrics = plan.metrics();
        String section = metrics.source() instanceof SourceSettings.Scrape ? "scrape" : "prometheus";
        long timeout = metrics.source() instanceof SourceSettings.Prometheus p
                ? p.timeoutMillis()
                : metrics.source() instanceof SourceSettings.Scrape s ? s.timeoutMillis() : 0;
        if (timeout > metrics.interval().toMillis()) {
            places.at("metrics", section, "timeout")
                    .warning(
                            "an answer may take longer than the time between two ticks, "
                                    + Units.print(metrics.interval()) + ", so ticks come late",
                            "write a timeout of at most the interval");
        }
        if (metrics.scrapeInterval().compareTo(metrics.interval()) > 0) {
            places.at("metrics", section, "interval")
                    .warning(
                            "ticks come every " + Units.print(metrics.interval())
                                    + " but new samples only every " + Units.print(metrics.scrapeInterval())
                                    + ", so several ticks judge the same samples",
                            "write an interval of at least scrapeInterval");
        }
        for (PlacedCriterion j : judged) {
            window(metrics, j, places);
        }
    }

    private static void window(Metrics metrics, PlacedCriterion j, YamlPlaces places) {
        if (j.criterion().metric().probe() != null) {
            return;
        }
        CustomMetric custom = metrics.custom().get(j.criterion().metric().name());
        boolean used = custom == null
                || custom.query() != null && PromQl.parse(custom.query()).uses(Placeholders.WINDOW)
                || custom.json() != null && Placeholders.WINDOW.in(custom.json().url());
        if (!used) {
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
            YamlNode place = j.says("window") ? j.at("window") : places.at("metrics", "window");
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
}

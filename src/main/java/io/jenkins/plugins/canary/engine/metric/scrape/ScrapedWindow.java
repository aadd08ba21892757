package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.expr.BucketQuantile;
import io.jenkins.plugins.canary.engine.metric.expr.CounterChange;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.expr.WindowSamples;
import io.jenkins.plugins.canary.engine.metric.expr.WindowSamples.Over;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The samples that a window of scraped histories holds.
 *
 * @param histories of each track's endpoints
 * @param start milliseconds since the epoch, itself outside
 * @param end inside
 * @param only what series must have beside; null for nothing
 */
public record ScrapedWindow(Map<Track, List<History>> histories, long start, long end, WorkBudget budget, Matcher only)
        implements WindowSamples {

    /** All series. */
    public ScrapedWindow(Map<Track, List<History>> histories, long start, long end, WorkBudget budget) {
        this(histories, start, end, budget, null);
    }

    /** Only the series with this value of a label; {@code ""} for those without it. */
    public ScrapedWindow only(String label, String value) {
        return new ScrapedWindow(histories, start, end, budget, new Matcher(label, Matcher.Op.EQUAL, value));
    }

    /** One for each value of a label, {@code ""} among them where a series does not have it. */
    Map<String, ScrapedWindow> by(Selector of, String label) {
        Map<String, ScrapedWindow> windows = new HashMap<>();
        each(of, (labels, points) -> windows.computeIfAbsent(labels.getOrDefault(label, ""), v -> only(label, v)));
        return windows;
    }

    /** With only one endpoint of a track. */
    ScrapedWindow of(Track track, History endpoint) {
        Map<Track, List<History>> other = new EnumMap<>(histories);
        other.put(track, List.of(endpoint));
        return new ScrapedWindow(other, start, end, budget, only);
    }

    @Override
    public OptionalDouble sum(Over over, Selector of) {
        double[] sum = {0};
        boolean[] any = {false};
        each(
                of,
                (labels, points) -> CounterChange.over(over, points, start, end).ifPresent(v -> {
                    sum[0] += v;
                    any[0] = true;
                }));
        return any[0] ? OptionalDouble.of(sum[0]) : OptionalDouble.empty();
    }

    @Override
    public List<BucketQuantile.Bucket> rateByUpperBound(Selector of) {
        Map<Double, Double> rates = new HashMap<>();
        each(of, (labels, points) -> {
            OptionalDouble bound = PromQlText.number(labels.getOrDefault("le", ""));
            OptionalDouble rate = CounterChange.over(Over.RATE, points, start, end);
            if (bound.isPresent() && rate.isPresent()) {
                rates.merge(bound.getAsDouble(), rate.getAsDouble(), Double::sum);
            }
        });
        List<BucketQuantile.Bucket> buckets = new ArrayList<>();
        rates.forEach((bound, rate) -> buckets.add(new BucketQuantile.Bucket(bound, rate)));
        return buckets;
    }

    @Override
    public Map<Map<String, String>, Double> latest(Selector of) {
        Map<Map<String, String>, Double> latest = new HashMap<>();
        int[] endpoint = {0};
        for (History history : whole(of)) {
            // Two endpoints may have the same labels; Prometheus would tell them apart by their instance.
            String instance = String.valueOf(endpoint[0]++);
            history.forEach(narrow(of), budget, (labels, points) -> {
                for (int i = points.size() - 1; i >= 0; i--) {
                    if (points.millis(i) <= end && points.millis(i) > start) {
                        Map<String, String> here = new HashMap<>(labels);
                        here.putIfAbsent("instance", instance);
                        latest.put(here, points.value(i));
                        break;
                    }
                }
            });
        }
        return latest;
    }

    @Override
    public ScrapedWindow before(Duration length) {
        return new ScrapedWindow(histories, start - length.toMillis(), start, budget, only);
    }

    /** Some samples of a name were dropped: what is left would come to a smaller number. */
    static final class Incomplete extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param series the name */
        Incomplete(String series) {
            super(series, null, false, false);
        }
    }

    private Selector narrow(Selector of) {
        return only == null ? of : of.with(only);
    }

    private List<History> whole(Selector of) {
        List<History> all = histories.getOrDefault(of.track(), List.of());
        if (!all.stream().allMatch(history -> history.isWhole(of.name(), start))) {
            throw new Incomplete(of.name());
        }
        return all;
    }

    private void each(Selector of, java.util.function.BiConsumer<Map<String, String>, CounterChange.Points> action) {
        for (History history : whole(of)) {
            history.forEach(narrow(of), budget, action);
        }
    }
}

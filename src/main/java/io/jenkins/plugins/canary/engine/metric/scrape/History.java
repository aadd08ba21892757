package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.metric.expr.CounterChange;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** What one endpoint said over the longest window. Not for several threads. */
public final class History {

    private record Key(String name, Map<String, String> labels) {}

    private final Map<Key, CounterSeries> series = new HashMap<>();
    private final List<Long> scrapes = new ArrayList<>();

    /**
     * Takes the samples of one scrape and forgets those that no window reaches any more.
     *
     * @param at the time of the scrape; when it is not after the one before, the clock was set back, and what lies
     *     ahead of it is forgotten
     * @param keepMillis the longest window
     */
    public void add(long at, List<Sample> samples, long keepMillis) {
        scrapes.removeIf(t -> t >= at || t <= at - keepMillis);
        series.values().forEach(s -> s.forgetFrom(at));
        scrapes.add(at);
        for (Sample sample : samples) {
            series.computeIfAbsent(new Key(sample.name(), sample.labels()), k -> new CounterSeries())
                    .add(sample.millis() == null ? at : sample.millis(), sample.value());
        }
        series.values().forEach(s -> s.forgetUntil(at - keepMillis));
        series.values().removeIf(s -> s.size() == 0);
    }

    /** How many scrapes worked out after {@code start} and until {@code end}. */
    int scrapes(long start, long end) {
        return (int) scrapes.stream().filter(t -> t > start && t <= end).count();
    }

    boolean has(Selector selector) {
        return series.keySet().stream().anyMatch(key -> selector.selects(key.name(), key.labels()));
    }

    void forEach(Selector selector, BiConsumer<Map<String, String>, CounterChange.Points> action) {
        series.forEach((key, points) -> {
            if (selector.selects(key.name(), key.labels())) {
                action.accept(key.labels(), points);
            }
        });
    }
}

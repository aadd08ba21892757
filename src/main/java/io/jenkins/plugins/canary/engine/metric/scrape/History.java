package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.metric.expr.CounterChange;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** What one endpoint said over the longest window, within {@link Limits}. Not for several threads. */
public final class History {

    private record Key(String name, Map<String, String> labels) {

        int characters() {
            int all = name.length();
            for (Map.Entry<String, String> label : labels.entrySet()) {
                all += label.getKey().length() + label.getValue().length();
            }
            return all;
        }
    }

    private final Limits limits;
    private final Map<Key, CounterSeries> series = new HashMap<>();
    private final List<Long> scrapes = new ArrayList<>();
    /** The time of the last sample that there was no room for, by the name of its series. */
    private final Map<String, Long> dropped = new HashMap<>();

    private int samples;
    private int characters;

    public History() {
        this(Limits.ENDPOINT);
    }

    History(Limits limits) {
        this.limits = limits;
    }

    /**
     * Takes the samples of one scrape and forgets those that no window reaches any more. Samples for which there is no
     * room are dropped, see {@link #isWhole}.
     *
     * @param at the time of the scrape; when it is not after the one before, the clock was set back, and what lies
     *     ahead of it is forgotten
     */
    public void add(long at, List<Sample> page, long keepMillis) {
        scrapes.removeIf(t -> t >= at || t <= at - keepMillis);
        dropped.values().removeIf(t -> t >= at || t <= at - keepMillis);
        samples = 0;
        for (Iterator<Map.Entry<Key, CounterSeries>> all = series.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, CounterSeries> one = all.next();
            one.getValue().forgetFrom(at);
            one.getValue().forgetUntil(at - keepMillis);
            samples += one.getValue().size();
            if (one.getValue().size() == 0) {
                characters -= one.getKey().characters();
                all.remove();
            }
        }
        scrapes.add(at);
        for (Sample sample : page) {
            long time = sample.millis() == null ? at : sample.millis();
            // A sample from beyond the window would go with the next scrape; until then it would take room.
            if (time > at - keepMillis && !add(new Key(sample.name(), sample.labels()), time, sample.value())) {
                dropped.put(sample.name(), at);
            }
        }
    }

    private boolean add(Key key, long time, double value) {
        CounterSeries known = series.get(key);
        if (known == null) {
            int more = key.characters();
            if (series.size() == limits.series() || characters + more > limits.characters()) {
                return false;
            }
            characters += more;
            known = new CounterSeries();
            series.put(key, known);
        }
        if (samples == limits.samples()) {
            return false;
        }
        samples += known.add(time, value) ? 1 : 0;
        return true;
    }

    /** Whether every sample of this name that was scraped after {@code start} was kept. */
    boolean isWhole(String name, long start) {
        Long last = dropped.get(name);
        return last == null || last <= start;
    }

    int size() {
        return series.size();
    }

    /** How many scrapes worked out after {@code start} and until {@code end}. */
    int scrapes(long start, long end) {
        return (int) scrapes.stream().filter(t -> t > start && t <= end).count();
    }

    /**
     * The time of the newest sample of the series selected; empty when there is none.
     *
     * @throws WorkBudget.Exceeded when looking takes more work than the budget has left
     */
    OptionalLong newest(Selector selector, WorkBudget budget) {
        long[] newest = {Long.MIN_VALUE};
        forEach(
                selector,
                budget,
                (labels, points) -> newest[0] =
                        points.size() == 0 ? newest[0] : Math.max(newest[0], points.millis(points.size() - 1)));
        return newest[0] == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(newest[0]);
    }

    /** @throws WorkBudget.Exceeded when looking takes more work than the budget has left */
    void forEach(Selector selector, WorkBudget budget, BiConsumer<Map<String, String>, CounterChange.Points> action) {
        series.forEach((key, points) -> {
            budget.spend(1);
            if (selector.selects(key.name(), key.labels(), budget)) {
                budget.spend(points.size());
                action.accept(key.labels(), points);
            }
        });
    }

    /** The samples of one series by rising time, as many as the longest window needs. Not for several threads. */
    static final class CounterSeries implements CounterChange.Points {

        private long[] millis = new long[8];
        private double[] values = new double[8];
        private int start;
        private int end;

        /**
         * Adds a sample that is newer than all others; any other is ignored, as Prometheus does.
         *
         * @return whether it was added
         */
        boolean add(long time, double value) {
            if (end > start && time <= millis[end - 1]) {
                return false;
            }
            if (end == millis.length) {
                int size = size();
                int room = size * 2 > millis.length ? millis.length * 2 : millis.length;
                millis = Arrays.copyOf(Arrays.copyOfRange(millis, start, end), room);
                values = Arrays.copyOf(Arrays.copyOfRange(values, start, end), room);
                start = 0;
                end = size;
            }
            millis[end] = time;
            values[end] = value;
            end++;
            return true;
        }

        /** Forgets what is at or before this time. */
        void forgetUntil(long time) {
            while (start < end && millis[start] <= time) {
                start++;
            }
        }

        /** Forgets what is at or after this time: the clock was set back. */
        void forgetFrom(long time) {
            while (end > start && millis[end - 1] >= time) {
                end--;
            }
        }

        @Override
        public int size() {
            return end - start;
        }

        @Override
        public long millis(int i) {
            return millis[start + i];
        }

        @Override
        public double value(int i) {
            return values[start + i];
        }
    }

    /**
     * How much of one endpoint is kept, so that an endpoint that makes up new series in every scrape cannot fill the memory.
     *
     * @param samples of all series together; one takes 16 bytes
     * @param characters of the names and labels of all series together
     */
    record Limits(int series, int samples, int characters) {

        /** For one endpoint however few there are. */
        static final Limits ENDPOINT = new Limits(20_000, 2_000_000, 8 << 20);
        /** For all endpoints of a plan together. */
        private static final Limits PLAN = new Limits(100_000, 4_000_000, 16 << 20);

        /** For each of this many endpoints. */
        static Limits of(int endpoints) {
            return new Limits(
                    Math.min(ENDPOINT.series, PLAN.series / endpoints),
                    Math.min(ENDPOINT.samples, PLAN.samples / endpoints),
                    Math.min(ENDPOINT.characters, PLAN.characters / endpoints));
        }
    }
}

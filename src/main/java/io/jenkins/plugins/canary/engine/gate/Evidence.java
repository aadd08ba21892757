package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.PodSpread;
import io.jenkins.plugins.canary.engine.judge.SequentialMeans;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * What a comparison with the stable track, or a trend, has gathered since the phase's clock opened. Immutable; equal ticks
 * give equal evidence, so that it is reproduced from the journal.
 */
public interface Evidence {

    /**
     * Nothing yet.
     *
     * @param criterion one that {@link Criterion#gathers}
     * @param at when the clock opened, milliseconds since the epoch
     * @param phases in how many phases it gathers
     */
    static Evidence start(Criterion criterion, long at, int phases) {
        if (criterion.by() != null) {
            return BreakdownEvidence.start(at, phases);
        }
        Evidence test = test(criterion, at, phases);
        return criterion.tellsPodsApart() ? PodEvidence.start(test, at) : test;
    }

    private static Evidence test(Criterion criterion, long at, int phases) {
        long from = at + criterion.after().toMillis();
        if (criterion.trend() != null) {
            return new TrendEvidence(from, Points.NONE, Points.NONE);
        }
        return switch (criterion.versus().judge().test()) {
            case MANN_WHITNEY -> new PointEvidence(from, Points.NONE, Points.NONE);
            case COUNTS -> CountEvidence.start(at, from, null);
            case SEQUENTIAL ->
                criterion.counts()
                        ? CountEvidence.start(at, from, CountEvidence.begun(criterion, phases))
                        : MeanEvidence.start(criterion, from, phases);
        };
    }

    /**
     * Folds one tick.
     *
     * @param values what was read, without what could not be
     * @param counted the window of the counting queries, and what bounds them; null when there were none
     */
    Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted);

    /** From here on the counting queries count from a later moment. */
    default Evidence anew() {
        return this;
    }

    Judgment judgment(Criterion criterion);

    /** What it reads at a tick beyond what the criterion reads at every tick. */
    default Set<MetricQuery> asks(Criterion criterion, long at) {
        return Set.of();
    }

    /** How much stable's pods differ, where they are told apart. */
    default PodSpread pods() {
        return PodSpread.NONE;
    }

    /** How many times as slow as stable the canary was where the criterion asks; NaN where that is not known. */
    default double timesSlower() {
        return Double.NaN;
    }

    /**
     * Values of both tracks for {@link MannWhitney}, one pair a window: values whose windows overlap repeat each other, and a
     * test that takes them for independent would be surer than it may be.
     *
     * <p>A pair of which one side is missing is left out, unless the plan says what a missing value stands for.
     *
     * @param lastAt when the last pair was taken; at first from when on they count, so that no window reaches before it
     */
    record PointEvidence(long lastAt, Points canary, Points stable) implements Evidence {

        @Override
        public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
            Double x = values.get(criterion.query(Track.CANARY));
            Double y = values.get(criterion.query(Track.STABLE));
            boolean known = x != null && y != null || (x != null || y != null) && criterion.knowsMissing();
            return !known || at - lastAt < criterion.window().toMillis()
                    ? this
                    : new PointEvidence(at, canary.plus(orNaN(x)), stable.plus(orNaN(y)));
        }

        private static double orNaN(Double value) {
            return value == null ? Double.NaN : value;
        }

        @Override
        public Judgment judgment(Criterion criterion) {
            Judge judge = criterion.versus().judge();
            return judge.ranks().test(judge.comparison()).judge(canary.values(), stable.values());
        }
    }

    /**
     * A sequential test of a continuous metric, fed with one pair of values a window, as {@link PointEvidence} is.
     *
     * @param lastAt when the last pair was taken; at first from when on they count
     */
    record MeanEvidence(long lastAt, SequentialMeans test) implements Evidence {

        static MeanEvidence start(Criterion criterion, long from, int phases) {
            return new MeanEvidence(
                    from,
                    SequentialMeans.start(
                            criterion.versus().judge().comparison().sharedBy(phases)));
        }

        @Override
        public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
            Double x = values.get(criterion.query(Track.CANARY));
            Double y = values.get(criterion.query(Track.STABLE));
            return x == null || y == null || at - lastAt < criterion.window().toMillis()
                    ? this
                    : new MeanEvidence(at, test.plus(x, y));
        }

        @Override
        public Judgment judgment(Criterion criterion) {
            return test.judgment();
        }
    }

    /**
     * The canary's values for a trend, one a window, since windows that overlap repeat each other. Of a long phase neighbours
     * are merged into their mean, so that all of it is seen at a bounded cost.
     *
     * @param lastAt when the last value was taken; at first from when on they count, so that no window reaches before it
     * @param times milliseconds since the epoch
     */
    record TrendEvidence(long lastAt, Points times, Points values) implements Evidence {

        private static final int MOST = 200;

        @Override
        public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> readings, CountWindow counted) {
            Double value = readings.get(criterion.query(Track.CANARY));
            if (value == null || at - lastAt < criterion.window().toMillis()) {
                return this;
            }
            Points nextTimes = times.plus(at);
            Points nextValues = values.plus(value);
            if (nextTimes.values.length == MOST) {
                nextTimes = nextTimes.merged();
                nextValues = nextValues.merged();
            }
            Duration over = criterion.trend().over();
            int from = 0;
            while (over != null && from < nextTimes.values.length && nextTimes.values[from] < at - over.toMillis()) {
                from++;
            }
            return new TrendEvidence(at, nextTimes.from(from), nextValues.from(from));
        }

        @Override
        public Judgment judgment(Criterion criterion) {
            long[] at = Arrays.stream(times.values).mapToLong(t -> (long) t).toArray();
            return criterion.trend().judge(at, values.values());
        }
    }

    /**
     * Evidence to which the last tick could not be added. What was gathered before is kept and goes on with the next tick; until
     * then nothing is judged by it, since it does not hold what the criterion has just read.
     *
     * @param reason for people
     */
    record FaultyEvidence(Evidence before, String reason) implements Evidence {

        /** One tick more, which may fail, for this criterion only. */
        static Evidence next(
                Evidence evidence, Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
            try {
                return evidence.tick(criterion, at, values, counted);
            } catch (RuntimeException | StackOverflowError fault) {
                return new FaultyEvidence(evidence instanceof FaultyEvidence f ? f.before : evidence, fault.toString());
            }
        }

        @Override
        public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
            return before.tick(criterion, at, values, counted);
        }

        @Override
        public Evidence anew() {
            return new FaultyEvidence(before.anew(), reason);
        }

        @Override
        public Judgment judgment(Criterion criterion) {
            throw new IllegalStateException(reason);
        }
    }

    /** The latest values of a series, oldest first: {@link #MOST} of them, a day of minutes. Immutable. */
    final class Points {

        private static final int MOST = 1_440;
        static final Points NONE = new Points(new double[0]);

        private final double[] values;

        private Points(double[] values) {
            this.values = values;
        }

        Points plus(double value) {
            int kept = Math.min(values.length, MOST - 1);
            double[] next = Arrays.copyOfRange(values, values.length - kept, values.length + 1);
            next[kept] = value;
            return new Points(next);
        }

        /** Each two neighbours as their mean. */
        Points merged() {
            double[] means = new double[values.length / 2];
            Arrays.setAll(means, i -> (values[2 * i] + values[2 * i + 1]) / 2);
            return new Points(means);
        }

        /** Without so many of the oldest. */
        Points from(int first) {
            return first == 0 ? this : new Points(Arrays.copyOfRange(values, first, values.length));
        }

        double[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Points p && Arrays.equals(values, p.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }

        @Override
        public String toString() {
            return values.length + " points";
        }
    }
}

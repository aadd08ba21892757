package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.rollout.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * The four figures of DORA's research (dora.dev) for the rollouts that ended in a window of time. A deployment is a rollout
 * that gave the canary traffic and was promoted or rolled back; what was left on hold, could not begin or was rolled back only
 * because its build stopped is none. Durations are milliseconds.
 *
 * @param deployments promoted or rolled back
 * @param promoted those that reached all users: deployment frequency is their number for each day of the window
 * @param changeFailureRate rolled back / deployments, also when that was after the promotion; null below {@link #ENOUGH}
 *     deployments
 * @param leadTime median, over the promoted ones, of the time from the first commit since the version before to the
 *     promotion; null below {@link #ENOUGH_TIMES} whose commits are known
 * @param timeToRestore median, over those rolled back, of the time from the first failing check of the series that led to the
 *     rollback (without one: from the decision) until stable was read back to have all requests; null below {@link
 *     #ENOUGH_TIMES}
 */
public record DoraMetrics(
        int deployments, int promoted, Double changeFailureRate, Median leadTime, Median timeToRestore) {

    /** What the figures are of: the days before now. */
    public static final Duration WINDOW = Duration.ofDays(30);

    /** Below that a share says next to nothing: of 20 deployments a share of 10% may be anything from 1% to 32%. */
    public static final int ENOUGH = 20;

    /** The true median lies between the lowest and the highest of five values with a probability of 94%. */
    public static final int ENOUGH_TIMES = 5;

    /**
     * The middle of some durations.
     *
     * @param of how many are known
     * @param millis null below {@link #ENOUGH_TIMES}
     */
    public record Median(int of, Long millis) {

        static Median of(LongStream durations) {
            long[] sorted = durations.sorted().toArray();
            int middle = sorted.length / 2;
            return new Median(
                    sorted.length,
                    sorted.length < ENOUGH_TIMES ? null : (sorted[middle] + sorted[(sorted.length - 1) / 2]) / 2);
        }
    }

    /** Of the rollouts that ended within {@link #WINDOW} before now, in milliseconds since the epoch. */
    public static DoraMetrics of(List<PastRollout> rollouts, long now) {
        List<PastRollout> recent = rollouts.stream()
                .filter(r -> r.times().endedAt() > now - WINDOW.toMillis()
                        && r.times().endedAt() <= now)
                .toList();
        List<PastRollout> promoted = with(Outcome.PROMOTED, recent);
        List<PastRollout> failed = with(Outcome.ROLLED_BACK, recent);
        int deployments = promoted.size() + failed.size();
        return new DoraMetrics(
                deployments,
                promoted.size(),
                deployments < ENOUGH ? null : failed.size() / (double) deployments,
                median(promoted, DoraMetrics::leadMillis),
                median(failed, DoraMetrics::restoreMillis));
    }

    private static List<PastRollout> with(Outcome outcome, List<PastRollout> of) {
        return of.stream().filter(r -> r.outcome() == outcome).toList();
    }

    private static Median median(List<PastRollout> of, ToLongFunction<PastRollout> millis) {
        return Median.of(of.stream().mapToLong(millis).filter(m -> m >= 0));
    }

    /** -1 when the commits are not known. */
    private static long leadMillis(PastRollout r) {
        return r.times().committedAt() == 0
                ? -1
                : r.times().endedAt() - r.times().committedAt();
    }

    /** -1 when that is not known. */
    private static long restoreMillis(PastRollout r) {
        long restore = r.times().restoreMillis();
        return restore < 0 ? -1 : restore + Math.max(0, r.times().detectMillis());
    }

    /** Deployment frequency: promoted rollouts a day. */
    public double promotedPerDay() {
        return promoted / (double) WINDOW.toDays();
    }
}

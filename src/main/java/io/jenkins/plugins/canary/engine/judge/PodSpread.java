package io.jenkins.plugins.canary.engine.judge;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How much the pods of one version differ among themselves in a positive metric such as latency. A canary of few pods may
 * differ from stable by as much without being a worse version.
 *
 * <p>A pod's value at a reading is the logarithm of its ratio to the mean of stable's pods: what moves all of them together
 * cancels. The error of a pod's mean follows from how its own readings vary, all pods together, and {@link
 * DerSimonianLaird} says what is left between the pods. After a single reading nothing is known of the error: then all of
 * the difference counts as one between pods, which is cautious.
 *
 * <p>Two or three pods say little of how much pods differ. So experience counts like some more pods (the moderated variance of
 * Smyth, Statistical Applications in Genetics and Molecular Biology 3 (2004)), and what passes follows Student's t with the
 * degrees of freedom of both. Immutable; equal readings give equal spreads.
 *
 * @param stable what each pod of the last reading has shown
 * @param canaryPods at the last reading
 */
public record PodSpread(Map<String, Pod> stable, int canaryPods) {

    public static final PodSpread NONE = new PodSpread(Map.of(), 0);

    /** Pods of one version usually differ by so much, on the log scale ... */
    private static final double USUAL_DEVIATION = 0.05;
    /** ... which counts like so many pods more. */
    private static final double USUAL_PODS = 4;
    /** Pods that never vary are known exactly; their weight is finite all the same. */
    private static final double LEAST_VARIANCE = 1e-9;

    /**
     * @param mean of its values
     * @param squares of their distance from the mean, added up
     */
    public record Pod(long readings, double mean, double squares) {

        private static final Pod NEW = new Pod(0, 0, 0);

        private Pod plus(double value) {
            double next = mean + (value - mean) / (readings + 1);
            return new Pod(readings + 1, next, squares + (value - mean) * (value - next));
        }
    }

    public PodSpread {
        stable = Collections.unmodifiableMap(new TreeMap<>(stable));
    }

    /**
     * Adds one reading, by pod; nothing where one track has none. Values that are not positive are left out. A name that both
     * tracks have is none of a pod but of what stands before the pods, such as a proxy: then nothing is known of pods.
     */
    public PodSpread plus(Map<String, Double> canaryValues, Map<String, Double> stableValues) {
        if (!Collections.disjoint(canaryValues.keySet(), stableValues.keySet())) {
            return NONE;
        }
        Map<String, Double> logs = new TreeMap<>();
        stableValues.forEach((pod, value) -> {
            if (value > 0) {
                logs.put(pod, Math.log(value));
            }
        });
        int canary =
                (int) canaryValues.values().stream().filter(value -> value > 0).count();
        if (canary == 0 || logs.isEmpty()) {
            return this;
        }
        double center = logs.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        Map<String, Pod> next = new TreeMap<>();
        logs.forEach(
                (pod, log) -> next.put(pod, stable.getOrDefault(pod, Pod.NEW).plus(log - center)));
        return new PodSpread(next, canary);
    }

    /** Whether something is known of how much pods differ: one pod of stable says nothing of others. */
    public boolean isKnown() {
        return stable.size() > 1 && canaryPods > 0;
    }

    /** The standard deviation between pods on the log scale, experience included. */
    public double deviation() {
        double seen = (stable.size() - 1) * between();
        return Math.sqrt((seen + USUAL_PODS * USUAL_DEVIATION * USUAL_DEVIATION) / free());
    }

    private double between() {
        double[] means = stable.values().stream().mapToDouble(Pod::mean).toArray();
        double error = error();
        double[] errors = stable.values().stream()
                .mapToDouble(pod -> Math.max(LEAST_VARIANCE, error / pod.readings()))
                .toArray();
        return DerSimonianLaird.between(means, errors);
    }

    /** Degrees of freedom of the deviation. */
    private double free() {
        return stable.size() - 1 + USUAL_PODS;
    }

    /** The variance of a single value of a pod; the mean that is taken off each reading takes one degree of freedom. */
    private double error() {
        double squares = stable.values().stream().mapToDouble(Pod::squares).sum();
        long free =
                stable.values().stream().mapToLong(pod -> pod.readings() - 1).sum();
        int pods = stable.size();
        return free == 0 ? 0 : squares / free * pods / (pods - 1);
    }

    /**
     * What passes for the same: so many times stable's value. The tolerance and what pods may differ by are added in squares.
     * So a version that is no slower is beyond it in at most (1 - confidence) / 2 of releases; one that is slower by just the
     * tolerance more often, but a sum would let twice as slow a version pass beside pods that differ by a fifth. Never less
     * than without the pods.
     *
     * @param tolerance relative: 0.25 for a quarter more
     * @param confidence two-sided
     */
    public double limit(double tolerance, double confidence) {
        double t = TDistribution.of(free()).inverseCumulativeProbability((1 + confidence) / 2);
        double pods = t * deviation() * Math.sqrt(1.0 / canaryPods + 1.0 / stable.size());
        return Math.exp(Math.hypot(Math.log1p(tolerance), pods));
    }

    /** {@code pods of the stable version differ by 12%; with 1 canary pod a difference of up to 1.5x passes}. */
    public String explain(double limit) {
        double percent = Math.round(100 * Math.expm1(deviation()));
        return "pods of the stable version differ by " + Units.print(percent / 100, Unit.RATIO) + "; with "
                + Units.count(canaryPods, "canary pod") + " a difference of up to " + Units.print(limit, Unit.COUNT)
                + "x passes";
    }
}

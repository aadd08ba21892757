package io.jenkins.plugins.canary.standalone.bench;

import java.util.List;
import java.util.Map;

/** Ten thousand rollouts at once in one JVM of 512 MB, in real time. */
final class Scale {

    private Scale() {}

    static List<Budget> measure() throws Exception {
        Map<String, Double> n = Child.numbers(ManyRollouts.class, List.of("-Xmx512m", "-XX:+UseSerialGC"));
        String ticks = String.format(java.util.Locale.ROOT, "%.0f ticks", n.get("ticks"));
        return List.of(
                new Budget(
                        "10,000 rollouts x 6 metrics, a tick a minute: lateness of ticks, p99",
                        250,
                        n.get("lateP99"),
                        "ms",
                        ticks + " until in the journal, latest " + Math.round(n.get("lateMax")) + " ms"),
                new Budget(
                        "  the same: threads",
                        32,
                        n.get("threads"),
                        "threads",
                        "the most at any time; the JVM's own Java threads among them"),
                new Budget("  the same: heap after a full collection", 512, n.get("heapMb"), "MB", "with -Xmx512m"));
    }
}

package io.jenkins.plugins.canary.standalone.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The same points judged by scipy, whose answer on its own is the p-value: the interval of the shift is worked out by numpy. */
final class ScipyRatio {

    private static final String SCRIPT = """
            import statistics, sys, time, tracemalloc
            import numpy, scipy
            from scipy.stats import mannwhitneyu, norm
            x, y = (numpy.array(line.split(), float) for line in sys.stdin.read().splitlines())
            n, m = len(x), len(y)
            reach = norm.isf(0.01) * (n * m * (n + m + 1) / 12) ** 0.5
            places = [int(n * m / 2 + side * reach) for side in (-1, 0, 1)]
            def p_value():
                mannwhitneyu(x, y, method="asymptotic")
            def with_interval():
                p_value()
                numpy.partition(numpy.subtract.outer(x, y).ravel(), places)
            def millis(work, times):
                took = []
                for _ in range(times):
                    began = time.perf_counter()
                    work()
                    took.append(1000 * (time.perf_counter() - began))
                return statistics.median(took)
            p_value()
            alone, both = millis(p_value, 200), millis(with_interval, 20)
            tracemalloc.start()
            with_interval()
            print(scipy.__version__, alone, both, tracemalloc.get_traced_memory()[1] / 1e3)
            """;

    private ScipyRatio() {}

    /**
     * @param bench the points
     * @param millis what our judgment takes
     * @return empty, and said so, where Python has no scipy
     */
    static Optional<Budget> beside(RankBench bench, double millis) throws IOException {
        String python = System.getenv().getOrDefault("CANARY_PYTHON", "python3");
        String[] said = run(python, bench).trim().split(" ");
        if (said.length != 4) {
            System.err.println("bench: the ratio to scipy is left out: " + python
                    + " has no scipy; CANARY_PYTHON names a Python that has");
            return Optional.empty();
        }
        double alone = Double.parseDouble(said[1]);
        double both = Double.parseDouble(said[2]);
        return Optional.of(new Budget(
                "  the same beside scipy " + said[0] + " and numpy",
                0.5,
                millis / both,
                "x",
                String.format(
                        Locale.ROOT,
                        "%.0f times as fast as p-value and interval (%.1f ms), %.1f times as fast as mannwhitneyu alone"
                                + " (%.2f ms), %.0f KB allocated where they hold %,.0f KB",
                        both / millis,
                        both,
                        alone / millis,
                        alone,
                        allocated(bench) / 1e3,
                        Double.parseDouble(said[3]))));
    }

    /** Nothing when there is no such program, or it fails. */
    private static String run(String python, RankBench bench) throws IOException {
        try {
            Process process = new ProcessBuilder(List.of(python, "-c", SCRIPT))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (Writer points = process.outputWriter(StandardCharsets.US_ASCII)) {
                points.write(line(bench.canary) + "\n" + line(bench.stable) + "\n");
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException notThere) {
            return "";
        }
    }

    private static String line(double[] values) {
        return Arrays.stream(values).mapToObj(Double::toString).collect(Collectors.joining(" "));
    }

    /** Bytes of one judgment, all garbage of it included. */
    private static long allocated(RankBench bench) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        bench.judge();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        bench.judge();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}

package io.jenkins.plugins.canary.standalone.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The small costs, measured by JMH in JVMs of their own. */
final class Micro {

    private Micro() {}

    static List<Budget> measure() throws Exception {
        Options options = new OptionsBuilder()
                .include("\\.(TickBench|JournalBench|RankBench)\\.")
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(2))
                .measurementIterations(5)
                .measurementTime(TimeValue.seconds(2))
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        List<Budget> budgets = new ArrayList<>();
        for (RunResult r : results) {
            double mean = r.getPrimaryResult().getScore();
            if (r.getParams().getBenchmark().contains("TickBench")) {
                budgets.add(new Budget("own cost of a tick with 10 metrics, p99", 2,
                        r.getPrimaryResult().getStatistics().getPercentile(99) / 1000, "ms",
                        String.format(java.util.Locale.ROOT, "mean %.3f ms; journal and page view included", mean / 1000)));
            } else if (r.getParams().getBenchmark().contains("JournalBench")) {
                budgets.add(new Budget("journal append without fsync", 50, mean, "us", "one tick of 6 metrics"));
            } else {
                budgets.add(new Budget("Mann-Whitney with interval, 2 x 1,440 points", 5, mean, "ms", ""));
            }
        }
        if (budgets.size() != 3) {
            throw new IllegalStateException("JMH ran " + budgets.size() + " of 3 benchmarks");
        }
        return budgets;
    }
}

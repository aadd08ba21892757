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
                .include("\\.(JournalBench|RankBench)\\.")
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
            boolean ranks = r.getParams().getBenchmark().contains("RankBench");
            budgets.add(
                    ranks
                            ? new Budget(
                                    "Mann-Whitney with interval, 2 x 1,440 points",
                                    5,
                                    r.getPrimaryResult().getStatistics().getPercentile(50),
                                    "ms",
                                    "median")
                            : new Budget(
                                    "journal append without fsync",
                                    50,
                                    r.getPrimaryResult().getScore(),
                                    "us",
                                    "mean; one tick of 6 metrics"));
        }
        if (budgets.size() != 2) {
            throw new IllegalStateException("JMH ran " + budgets.size() + " of 2 benchmarks");
        }
        return budgets;
    }
}

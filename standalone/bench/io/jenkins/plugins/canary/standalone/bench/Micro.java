package io.jenkins.plugins.canary.standalone.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

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
        Map<String, Statistics> took = new HashMap<>();
        for (RunResult r : new Runner(options).run()) {
            String name = r.getParams().getBenchmark();
            took.put(
                    name.substring(name.lastIndexOf('.') + 1),
                    r.getPrimaryResult().getStatistics());
        }
        if (took.size() != 3) {
            throw new IllegalStateException("JMH ran " + took.size() + " of 3 benchmarks");
        }
        double judged = took.get("judge").getPercentile(50);
        List<Budget> budgets = new ArrayList<>();
        budgets.add(new Budget(
                "journal append without fsync", 50, took.get("append").getMean(), "us", "mean; one tick of 6 metrics"));
        budgets.add(new Budget("Mann-Whitney with interval, 2 x 1,440 points", 5, judged, "ms", "median"));
        budgets.add(new Budget(
                "  the same, tied points that show harm",
                5,
                took.get("judgeTied").getPercentile(50),
                "ms",
                "median"));
        RankBench bench = new RankBench();
        bench.draw();
        ScipyRatio.beside(bench, judged).ifPresent(budgets::add);
        return budgets;
    }
}

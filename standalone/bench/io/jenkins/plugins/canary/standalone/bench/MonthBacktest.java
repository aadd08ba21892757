package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.backtest.Backtest;
import io.jenkins.plugins.canary.engine.report.backtest.BacktestReport;
import io.jenkins.plugins.canary.engine.report.backtest.PastReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import io.jenkins.plugins.canary.standalone.backtest.MonthHistory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A month of history at a tick a minute, read from a real Prometheus and judged: once against six metrics' thresholds, once
 * against the default rules, each in a JVM of its own with the settings of {@code canary backtest}. The server's own time
 * is left out by reading everything a second time, when only the parts that were kept are read.
 */
public final class MonthBacktest {

    private static final int DAYS = 30;
    private static final Duration STEP = Duration.ofMinutes(1);
    private static final String HEAD = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "URL", interval: 1m, timeout: 60s }
              window: 5m
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: Few, weight: 5, hold: 30m }
              - { name: Half, weight: 50, hold: 1h }
              - { name: Full, weight: 100 }
            gate:
              - { metric: success-rate, min: 98% }
              - { metric: latency, quantile: 0.5, max: 200ms }
              - { metric: latency, quantile: 0.99, max: 900ms, versusStable: { maxIncrease: 100% } }
              - { metric: 5xx-rate, max: 5% }
              - { metric: error-rate, max: 2% }
              - { metric: request-rate, min: 0.1 }
            """;

    private MonthBacktest() {}

    static List<Budget> measure() throws Exception {
        Path dir = Files.createTempDirectory("canary-month");
        try {
            new MonthHistory(DAYS).load(dir);
            try (ServerProcess prometheus =
                    PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y")) {
                String url = prometheus.uri().toString();
                return List.of(
                        one("thresholds of 6 metrics", url, "", dir.resolve("a")),
                        one("6 metrics and abort: default", url, "abort: default", dir.resolve("b")));
            }
        } finally {
            try (Stream<Path> files = Files.walk(dir)) {
                files.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
            }
        }
    }

    private static Budget one(String what, String url, String rules, Path kept) throws Exception {
        Map<String, Double> n = Child.numbers(
                MonthBacktest.class,
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                url,
                rules,
                kept.toString());
        return new Budget(
                "backtest of a month, " + what,
                10,
                n.get("own"),
                "s",
                String.format(
                        Locale.ROOT,
                        "%.0f ticks, %.0f rollouts, %.0f stopped; processor time %.1f s; %.1f s with the server",
                        n.get("ticks"),
                        n.get("rollouts"),
                        n.get("stopped"),
                        n.get("cpu"),
                        n.get("all")));
    }

    /** Arguments: the server's address, the rules as a line of a plan, and a folder for what is kept. */
    public static void main(String[] args) throws Exception {
        CanaryPlan plan = PlanReader.read(HEAD.replace("URL", args[0]) + args[1] + "\n");
        Path kept = Path.of(args[2]);
        Backtest backtest = new Backtest(plan, STEP, 0.01);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = System.nanoTime();
        read(plan, backtest, kept);
        long first = System.nanoTime();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        BacktestReport report = backtest.run(read(plan, backtest, kept));
        long ended = System.nanoTime();
        Child.tell("cpu", (threads.getCurrentThreadCpuTime() - cpuBefore) / 1e9);
        Child.tell("own", (ended - first) / 1e9);
        Child.tell("all", (ended - began) / 1e9);
        Child.tell("ticks", report.ticks());
        Child.tell("rollouts", report.rollouts());
        Child.tell("stopped", report.stopped());
    }

    private static Recording read(CanaryPlan plan, Backtest backtest, Path kept) throws Exception {
        SourceContext context = SourceContext.of(plan.target(), "v2", secret -> "");
        return new PastReader(new MetricSources().openPast(plan.metrics(), context), kept, InstantSource.system())
                .read(
                        backtest.queries(),
                        UnaryOperator.identity(),
                        MonthHistory.START.plusSeconds(900),
                        DAYS * 1_440 - 15,
                        STEP,
                        (done, of) -> {});
    }
}

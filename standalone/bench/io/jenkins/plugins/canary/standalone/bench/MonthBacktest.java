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
import io.jenkins.plugins.canary.standalone.backtest.MonthHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A month of history at a tick a minute, read from a real Prometheus and judged: once against six metrics' thresholds, once
 * against the default rules. The server's own time is left out by reading everything a second time, when only the parts
 * that were kept are read.
 */
final class MonthBacktest {

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
            try (PrometheusProcess prometheus =
                    PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y")) {
                String plan = HEAD.replace("URL", prometheus.uri().toString());
                return List.of(
                        one("thresholds of 6 metrics", plan, dir.resolve("a")),
                        one("6 metrics and abort: default", plan + "abort: default\n", dir.resolve("b")));
            }
        } finally {
            try (Stream<Path> files = Files.walk(dir)) {
                files.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
            }
        }
    }

    private static Budget one(String what, String text, Path kept) throws Exception {
        CanaryPlan plan = PlanReader.read(text);
        Backtest backtest = new Backtest(plan, STEP, 0.01);
        long began = System.nanoTime();
        read(plan, backtest, kept);
        long first = System.nanoTime();
        Recording recording = read(plan, backtest, kept);
        BacktestReport report = backtest.run(recording);
        double own = (System.nanoTime() - first) / 1e9;
        return new Budget(
                "backtest of a month, " + what,
                10,
                own,
                "s",
                String.format(
                        Locale.ROOT,
                        "%d ticks, %d rollouts, %d stopped; %.1f s with the server",
                        report.ticks(),
                        report.rollouts(),
                        report.stopped(),
                        own + (first - began) / 1e9));
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

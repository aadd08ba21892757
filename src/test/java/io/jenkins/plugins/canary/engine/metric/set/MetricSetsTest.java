package io.jenkins.plugins.canary.engine.metric.set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.metric.scrape.History;
import io.jenkins.plugins.canary.engine.metric.scrape.Sample;
import io.jenkins.plugins.canary.engine.metric.scrape.ScrapedWindow;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every metric of every set, read from a real Prometheus that holds an hour of the exporter's series, and computed from the
 * same series as if they were scraped: both must give the number that follows from how the series were made.
 */
class MetricSetsTest {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant END = START.plusSeconds(3600);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Pattern SERIES = Pattern.compile("(\\w+)(?:\\{(.*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    @TempDir
    private static Path dir;

    private static ServerProcess prometheus;
    private static ScrapedWindow scraped;

    @BeforeAll
    static void start() throws Exception {
        scraped = scraped();
        Map<String, StringBuilder> byName = new TreeMap<>();
        ExporterSeries.ALL.forEach((series, value) -> {
            StringBuilder page = byName.computeIfAbsent(
                    SERIES.matcher(series).results().findFirst().orElseThrow().group(1), n -> new StringBuilder());
            for (int t = 0; t <= 3600; t += 15) {
                page.append(series)
                        .append(' ')
                        .append(new BigDecimal(value.applyAsDouble(t)).toPlainString())
                        .append(' ')
                        .append(START.getEpochSecond() + t)
                        .append('\n');
            }
        });
        StringBuilder page = new StringBuilder();
        byName.values().forEach(page::append);
        Path history = Files.writeString(dir.resolve("history.txt"), page.append("# EOF\n"));
        PrometheusProcess.backfill(history, dir);
        prometheus = PrometheusProcess.start("global: {}\n", dir, "--storage.tsdb.retention.time=100y");
    }

    @AfterAll
    static void stop() throws Exception {
        if (prometheus != null) {
            prometheus.close();
        }
    }

    static List<String> metrics() {
        List<String> all = new ArrayList<>();
        for (Exporter exporter : Exporters.all()) {
            List<String> metrics = exporter.http() == null
                    ? exporter.metrics().stream().map(SetMetric::word).toList()
                    : List.of("success-rate", "error-rate", "5xx-rate", "429-rate", "request-rate", "latency");
            metrics.forEach(m -> all.add(exporter.kind().word() + " " + exporter.name() + " " + m));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("metrics")
    void givesTheNumberThatItsSeriesWereMadeFor(String name) throws Exception {
        String[] words = name.split(" ");
        Exporter exporter = Exporters.named(SetKind.valueOf(words[0].toUpperCase(Locale.ROOT)), words[1])
                .orElseThrow();
        Double expected = ExporterSeries.EXPECTED.get(
                words[2].equals("latency") || exporter.http() != null ? "http " + words[2] : name);
        assertTrue(expected != null, "the test says nothing of " + name);
        boolean quantile = words[2].equals("latency")
                || SetMetric.named(words[2]).map(exporter::needsQuantile).orElse(false);
        MetricQuery query =
                new MetricQuery(quantile ? new Metric(words[2], 0.5) : Metric.of(words[2]), Track.CANARY, WINDOW);
        Metrics metrics = metrics(exporter);
        SourceContext context = SourceContext.of(new Target("", ""), "v2", ref -> "");
        try (MetricSource source = new MetricSources().open(metrics, context)) {
            Reading reading =
                    source.read(Set.of(query), END).get(30, TimeUnit.SECONDS).get(query);
            assertTrue(reading.ok(), source.describe(query) + ": " + reading);
            assertEquals(expected, reading.value(), 1e-6 * expected + 1e-12, source.describe(query));
        }
        PlanQueries queries = new PlanQueries(metrics, context);
        assertEquals(expected, queries.expr(query).value(scraped).orElseThrow(), 1e-6 * expected + 1e-12, "scraped");
    }

    private static Metrics metrics(Exporter exporter) {
        SourceSettings.Prometheus server =
                new SourceSettings.Prometheus(prometheus.uri().toString(), null, Auth.NONE, null, 10_000);
        HttpNames own = new HttpNames("app_requests_total", "status", "5..", "app_seconds", 1);
        HttpNames usual = exporter.http() == null ? own : exporter.http();
        HttpNames names = new HttpNames(
                usual.requests(),
                usual.status(),
                usual.errors(),
                usual.duration(),
                usual.durationUnit(),
                "client=\"k6\"");
        return new Metrics(
                server,
                Duration.ofSeconds(15),
                Duration.ofSeconds(15),
                Duration.ofMinutes(2),
                WINDOW,
                Map.of(Track.CANARY, "version=\"v2\"", Track.STABLE, "version=\"v1\""),
                null,
                names,
                Map.of(),
                List.of(new SetChoice(exporter, Map.of(), exporter.isShared() ? "job=\"shared\"" : null)),
                null);
    }

    private static ScrapedWindow scraped() {
        History history = new History();
        Map<Sample, java.util.function.DoubleUnaryOperator> parsed = new LinkedHashMap<>();
        for (var e : ExporterSeries.ALL.entrySet()) {
            Matcher m = SERIES.matcher(e.getKey());
            assertTrue(m.matches());
            Map<String, String> labels = new LinkedHashMap<>();
            LABEL.matcher(m.group(2) == null ? "" : m.group(2))
                    .results()
                    .forEach(l -> labels.put(l.group(1), l.group(2)));
            parsed.put(new Sample(m.group(1), labels, 0, null), e.getValue());
        }
        for (int t = 0; t <= 3600; t += 15) {
            List<Sample> samples = new ArrayList<>();
            for (var e : parsed.entrySet()) {
                samples.add(new Sample(
                        e.getKey().name(), e.getKey().labels(), e.getValue().applyAsDouble(t), null));
            }
            history.add(START.plusSeconds(t).toEpochMilli(), samples, WINDOW.toMillis());
        }
        return new ScrapedWindow(
                Map.of(Track.CANARY, List.of(history)),
                END.minus(WINDOW).toEpochMilli(),
                END.toEpochMilli(),
                new WorkBudget(Long.MAX_VALUE));
    }

    @Test
    void docsNameEveryExporterAndMetric() throws Exception {
        Path here = Path.of("docs/metric-sets.md");
        String docs = Files.readString(Files.exists(here) ? here : Path.of("..").resolve(here));
        for (Exporter exporter : Exporters.all()) {
            assertTrue(docs.contains("`" + exporter.name() + "`"), exporter.name());
            exporter.series(HttpNames.DEFAULT).forEach(name -> assertTrue(docs.contains(name), name));
        }
        for (SetMetric metric : SetMetric.values()) {
            assertTrue(docs.contains("`" + metric.word() + "`"), metric.word());
        }
    }
}

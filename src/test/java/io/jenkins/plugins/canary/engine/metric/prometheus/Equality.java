package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.HttpMetrics;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.metric.scrape.History;
import io.jenkins.plugins.canary.engine.metric.scrape.Sample;
import io.jenkins.plugins.canary.engine.metric.scrape.ScrapedWindow;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

/**
 * Compares, for one instant after the other, what a real Prometheus answers to our queries with what our computation
 * makes of the very samples that this Prometheus has stored.
 */
final class Equality {

    private static final HttpMetrics HTTP = new HttpMetrics(
            HttpNames.DEFAULT,
            Map.of(
                    Track.CANARY,
                    MatcherList.parse("version=\"v2\""),
                    Track.STABLE,
                    MatcherList.parse("version=\"v1\"")));
    private static final double[] QUANTILES = {0.01, 0.5, 0.9, 0.99, 0.999};
    private static final List<String> INSTANCES = List.of("old-1", "old-2", "young", "c1", "c2", "s1", "s2");
    private static final double RELATIVE = 1e-9;

    private final URI server;
    private final HttpFetcher web;
    private final PrometheusClient client;
    private final Map<BuiltInMetric, Integer> compared = new EnumMap<>(BuiltInMetric.class);

    Equality(URI server) throws Exception {
        this.server = server;
        this.web = new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
        this.client = new PrometheusClient(web, server, Credentials.NONE, Map.of(), Duration.ofSeconds(30));
    }

    /** Every metric, both tracks in one request. */
    void check(Instant at, Duration window) throws Exception {
        Map<Track, List<History>> stored = Map.of(
                Track.CANARY, List.of(stored("v2", at, window)), Track.STABLE, List.of(stored("v1", at, window)));
        ScrapedWindow samples = new ScrapedWindow(
                stored, at.minus(window).toEpochMilli(), at.toEpochMilli(), new WorkBudget(Long.MAX_VALUE));
        for (BuiltInMetric metric : BuiltInMetric.values()) {
            for (double q : metric.needsQuantile() ? QUANTILES : new double[] {Double.NaN}) {
                Map<String, Expr> asked = new LinkedHashMap<>();
                for (Track track : Track.VERSIONS) {
                    Expr expr = HTTP.define(metric, q, track);
                    asked.put(expr.promQl(window), expr);
                    byInstance(metric, expr, window, at, samples);
                }
                Map<String, CompletableFuture<QueryResult>> answers =
                        new JoinedQueries(client).ask(metric.word(), asked.keySet(), at, null);
                asked.forEach((promQl, expr) -> compare(
                        metric, promQl + " at " + at, answers.get(promQl).join().series(), expr.value(samples)));
            }
        }
    }

    /** How many queries the server has refused: one that is joined is asked again in its parts then. */
    long refused() throws Exception {
        String page = web.fetch(
                        HttpCall.to(URI.create(server + "/metrics")), 4 << 20, Deadline.in(Duration.ofSeconds(30)))
                .join()
                .text();
        return page.lines()
                .filter(line -> line.startsWith("prometheus_http_requests_total{code=\"400\""))
                .count();
    }

    /** The same broken down by a label, in one query. */
    private void byInstance(BuiltInMetric metric, Expr expr, Duration window, Instant at, ScrapedWindow samples) {
        if (metric == BuiltInMetric.THROUGHPUT_SHARE) {
            return;
        }
        String promQl = expr.promQl(window, "instance");
        List<QueryResult.Series> all = client.instant(promQl, at).join().series();
        assertTrue(all.stream().allMatch(s -> INSTANCES.contains(s.labels().get("instance"))), all.toString());
        for (String instance : INSTANCES) {
            List<QueryResult.Series> theirs = all.stream()
                    .filter(s -> s.labels().equals(Map.of("instance", instance)))
                    .toList();
            compare(
                    metric,
                    promQl + " of " + instance + " at " + at,
                    theirs,
                    expr.value(samples.only("instance", instance)));
        }
    }

    /** How many comparisons of each metric were of a number that is neither absent nor NaN nor 0 nor 1. */
    int telling(BuiltInMetric metric) {
        return compared.getOrDefault(metric, 0);
    }

    private void compare(BuiltInMetric metric, String what, List<QueryResult.Series> theirs, OptionalDouble ours) {
        if (theirs.isEmpty()) {
            assertTrue(ours.isEmpty(), what + " is empty there and here " + ours);
            return;
        }
        assertEquals(1, theirs.size(), what);
        double expected = theirs.get(0).values()[0];
        assertTrue(ours.isPresent(), what + " is " + expected + " there and empty here");
        double actual = ours.getAsDouble();
        if (Double.isNaN(expected)) {
            assertTrue(Double.isNaN(actual), what + " is NaN there and here " + actual);
            return;
        }
        assertEquals(expected, actual, RELATIVE * Math.abs(expected), what);
        compared.merge(metric, expected == 0 || expected == 1 ? 0 : 1, Integer::sum);
    }

    /** The raw samples in the window, as a history that scraping would have made. */
    private History stored(String version, Instant at, Duration of) throws Exception {
        Duration window = of.plus(Expr.BEFORE);
        String selector = "{__name__=~\"http_requests_total|http_request_duration_seconds_bucket\",version=\"" + version
                + "\"}[" + window.toMillis() + "ms]";
        URI uri = URI.create(
                server + "/api/v1/query?time=" + at + "&query=" + URLEncoder.encode(selector, StandardCharsets.UTF_8));
        QueryResult raw = new AnswerReader(
                        web.fetch(HttpCall.to(uri), 64 << 20, Deadline.in(Duration.ofSeconds(30)))
                                .join(),
                        true)
                .read();
        List<Sample> samples = new ArrayList<>();
        for (QueryResult.Series series : raw.series()) {
            Map<String, String> labels = new HashMap<>(series.labels());
            String name = labels.remove("__name__");
            for (int i = 0; i < series.millis().length; i++) {
                samples.add(new Sample(name, labels, series.values()[i], series.millis()[i]));
            }
        }
        History history = new History();
        history.add(at.toEpochMilli() + 1, samples, window.toMillis() + 1);
        return history;
    }
}

package io.jenkins.plugins.canary.engine.metric.scrape;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Reads the service's own /metrics pages and computes what Prometheus would: no Prometheus is needed. Each read
 * scrapes every endpoint once, so the rollout's interval is the scrape interval, and the samples live in memory: after
 * a restart the window fills anew.
 */
public final class ScrapeSource implements MetricSource {

    private static final Set<BuiltInMetric> BOTH_TRACKS =
            Set.of(BuiltInMetric.THROUGHPUT_SHARE, BuiltInMetric.SLOW_RATE);
    /** For all metrics of one read together; a usual one takes one per mille of it. */
    private static final long WORK = 100_000_000;

    private static final String INSTANCE = "instance";
    private static final long LEAST_WORK = 1_000_000;

    private final HttpFetcher web;
    private final Credentials credentials;
    private final Duration timeout;
    private final PlanQueries queries;
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final Map<Track, List<Endpoint>> byTrack = new EnumMap<>(Track.class);
    private Duration longestWindow;

    /** @throws MetricException when an endpoint's address is none */
    public ScrapeSource(
            SourceSettings.Scrape settings,
            Metrics metrics,
            HttpFetcher web,
            Credentials credentials,
            PlanQueries queries)
            throws MetricException {
        this.web = web;
        this.credentials = credentials;
        this.timeout = Duration.ofMillis(settings.timeoutMillis());
        this.queries = queries;
        this.longestWindow = metrics.window();
        Set<String> names =
                new HashSet<>(Set.of(metrics.names().requests(), metrics.names().duration() + "_bucket"));
        metrics.sets().forEach(set -> names.addAll(set.exporter().series(metrics.names())));
        History.Limits limits = History.Limits.of(
                Math.max(1, settings.canary().size() + settings.stable().size()));
        byTrack.put(Track.CANARY, endpoints(settings.canary(), Track.CANARY, names, limits));
        byTrack.put(Track.STABLE, endpoints(settings.stable(), Track.STABLE, names, limits));
    }

    private List<Endpoint> endpoints(List<String> addresses, Track track, Set<String> names, History.Limits limits)
            throws MetricException {
        List<Endpoint> found = new ArrayList<>();
        for (String address : addresses) {
            try {
                String url = queries.url(address, track);
                found.add(endpoints.computeIfAbsent(
                        url, u -> new Endpoint(HttpCall.address(u), names, queries.hasPlainNames(), limits)));
            } catch (IllegalArgumentException e) {
                throw new MetricException("metrics.scrape." + track.word() + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(found);
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        List<CompletableFuture<Endpoint.Scrape>> scrapes = endpoints.values().stream()
                .map(e -> e.scrape(web, credentials, timeout))
                .toList();
        return CompletableFuture.allOf(scrapes.toArray(CompletableFuture[]::new))
                .thenApply(done -> readings(
                        wanted,
                        at,
                        scrapes.stream().map(CompletableFuture::join).toList()));
    }

    @Override
    public String describe(MetricQuery query) {
        try {
            return queries.expr(query).promQl(query.window(), query.by());
        } catch (IllegalArgumentException notBuiltIn) {
            return null;
        }
    }

    private synchronized Map<MetricQuery, Reading> readings(
            Set<MetricQuery> wanted, Instant at, List<Endpoint.Scrape> scrapes) {
        for (MetricQuery query : wanted) {
            Duration needed = slow(query) ? query.window().plus(Expr.BEFORE) : query.window();
            longestWindow = needed.compareTo(longestWindow) > 0 ? needed : longestWindow;
        }
        Map<Endpoint, String> faults = new LinkedHashMap<>();
        for (Endpoint.Scrape scrape : scrapes) {
            String fault = scrape.fault() == null ? add(scrape, at) : scrape.fault();
            if (fault != null) {
                faults.put(scrape.endpoint(), fault);
            }
        }
        Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
        long work = Math.max(LEAST_WORK, WORK / Math.max(1, wanted.size()));
        wanted.forEach(query -> readings.put(query, alone(query, at, faults, new WorkBudget(work))));
        return readings;
    }

    /** @return why the samples could not be taken in; null when they were */
    private String add(Endpoint.Scrape scrape, Instant at) {
        try {
            long latest = at.plus(SampleAge.AHEAD).toEpochMilli();
            if (scrape.samples().stream().anyMatch(s -> s.millis() != null && s.millis() > latest)) {
                return "its samples have times in the future: check the clocks of the service and of this machine";
            }
            scrape.endpoint().history().add(at.toEpochMilli(), scrape.samples(), longestWindow.toMillis());
            return null;
        } catch (Throwable fault) {
            return ReadingBatch.failed(fault).detail();
        }
    }

    /** One query that cannot be computed takes no other with it. */
    private Reading alone(MetricQuery query, Instant at, Map<Endpoint, String> faults, WorkBudget budget) {
        try {
            return reading(query, at, faults, budget);
        } catch (ScrapedWindow.Incomplete e) {
            return Reading.unavailable(dropped(e.getMessage()));
        } catch (WorkBudget.Exceeded e) {
            return Reading.unavailable("the endpoints have too many series, or labels too long, for this"
                    + " metric; give their labels fewer values, or write simpler label matchers");
        } catch (Throwable fault) {
            return ReadingBatch.failed(fault);
        }
    }

    private Reading reading(MetricQuery query, Instant at, Map<Endpoint, String> faults, WorkBudget budget) {
        Expr expr;
        try {
            expr = queries.expr(query);
        } catch (IllegalArgumentException e) {
            return Reading.unavailable(e.getMessage());
        }
        long end = at.toEpochMilli();
        long start = end - query.window().toMillis();
        List<String> notes = new ArrayList<>();
        Map<Track, List<History>> histories = new EnumMap<>(Track.class);
        for (Track track : tracks(query)) {
            List<Endpoint> of = byTrack.get(track);
            List<String> down =
                    of.stream().map(faults::get).filter(Objects::nonNull).toList();
            if (of.isEmpty()) {
                return Reading.unavailable("the plan names no endpoint of the " + track.word() + " track");
            }
            if (down.size() == of.size()) {
                return Reading.unavailable(String.join("; ", down));
            }
            if (!down.isEmpty()) {
                notes.add(down.size() + " of " + of.size() + " " + track.word() + " endpoints did not answer: "
                        + String.join("; ", down));
            }
            histories.put(track, of.stream().map(Endpoint::history).toList());
            if (histories.get(track).stream().allMatch(h -> h.scrapes(start, end) < 2)) {
                return Reading.noData("only one scrape so far in " + Units.print(query.window()))
                        .and(notes);
            }
        }
        ScrapedWindow window = new ScrapedWindow(histories, start, end, budget);
        Selector from = queries.series(query).orElseThrow();
        if (query.by() != null) {
            Map<String, ScrapedWindow> windows =
                    query.by().equals(INSTANCE) ? byEndpoint(query, window) : window.by(from, query.by());
            return parts(query, expr, windows).and(notes);
        }
        OptionalDouble value = expr.value(window);
        OptionalLong newest = histories.get(query.track()).stream()
                .flatMapToLong(h -> h.newest(from, budget).stream())
                .max();
        if (value.isEmpty() && newest.isEmpty()) {
            return Reading.noData("the endpoints have no " + from).and(notes);
        }
        if (value.isEmpty() || Double.isNaN(value.getAsDouble())) {
            String before = slow(query) ? ", or none of stable's before" : "";
            return Reading.noData("no requests in " + Units.print(query.window()) + before)
                    .and(notes);
        }
        Reading reading = Reading.of(value.getAsDouble());
        // Samples may carry times of their own, and a page may be answered out of somebody's memory.
        Reading fresh =
                newest.isEmpty() ? reading : queries.age().check(reading, Instant.ofEpochMilli(newest.getAsLong()), at);
        return fresh.and(notes);
    }

    private static Reading parts(MetricQuery query, Expr expr, Map<String, ScrapedWindow> windows) {
        Map<String, Double> parts = new HashMap<>();
        windows.forEach((value, window) -> expr.value(window).ifPresent(v -> parts.put(value, v)));
        return Reading.of(query.by(), parts);
    }

    /** What Prometheus would call an instance. */
    private Map<String, ScrapedWindow> byEndpoint(MetricQuery query, ScrapedWindow window) {
        Map<String, ScrapedWindow> windows = new HashMap<>();
        for (Endpoint endpoint : byTrack.get(query.track())) {
            windows.put(endpoint.address(), window.of(query.track(), endpoint.history()));
        }
        return windows;
    }

    private String dropped(String series) {
        String from = endpoints.values().stream()
                .filter(e -> !e.history().isWhole(series, Long.MIN_VALUE))
                .map(e -> e.address() + " (" + e.history().size() + " series kept)")
                .collect(Collectors.joining(", "));
        return "more series of " + series + " than can be kept, so some were dropped: " + from
                + "; give its labels fewer values";
    }

    private boolean slow(MetricQuery query) {
        return queries.builtIn(query).filter(BuiltInMetric.SLOW_RATE::equals).isPresent();
    }

    private Set<Track> tracks(MetricQuery query) {
        return queries.builtIn(query).filter(BOTH_TRACKS::contains).isPresent()
                ? Set.of(Track.CANARY, Track.STABLE)
                : Set.of(query.track());
    }
}

package io.jenkins.plugins.canary.engine.metric.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.RetryAfter;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.AlertQuery;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Counts the alerts that fire, and says which they are. Alerts that a server silences or inhibits do not count. Each server is
 * asked once a tick for the same alerts, however many criteria look at them.
 */
public final class AlertSource implements MetricSource {

    /** The largest answer, in bytes. */
    private static final int LARGEST_ANSWER = 4 << 20;
    /** So many alerts are read from a server that sends them in pages. */
    private static final int MOST_PAGES = 10;
    /** Regular expressions of matchers, over all alerts of an answer. */
    private static final long WORK = 10_000_000;

    private static final int MOST_NAMED = 3;

    private final Map<String, Place> places;
    private final Instant began;
    private final Duration timeout;
    private final RetryAfter waits = new RetryAfter();

    /**
     * Where the alerts of one metric are asked for.
     *
     * @param base address of the server
     * @param matchers which of its alerts are meant
     * @param headers sent along, beside the credentials
     */
    public record Place(
            AlertQuery query,
            HttpFetcher web,
            URI base,
            List<Matcher> matchers,
            Map<String, String> headers,
            Credentials credentials) {

        public Place {
            matchers = List.copyOf(matchers);
            headers = Map.copyOf(headers);
        }

        String address() {
            return HttpCall.base(base.toString());
        }

        AlertSystem system() {
            return switch (query.system()) {
                case ALERTMANAGER -> new Alertmanager("");
                case GRAFANA -> new Alertmanager("/api/alertmanager/grafana");
                case PROMETHEUS -> new PrometheusAlerts(address());
                case DATADOG -> DatadogMonitors.at(address());
            };
        }

        HttpCall call(int page) {
            HttpCall call = HttpCall.to(URI.create(address() + system().path(matchers, page)));
            headers.forEach(call::header);
            return credentials.sign(call.header("Accept", "application/json"));
        }
    }

    /**
     * @param places by metric
     * @param began when the rollout began; null where there is none, and every alert counts
     * @param timeout for one server, from the first byte out to the last byte in
     */
    public AlertSource(Map<String, Place> places, Instant began, Duration timeout) {
        this.places = Map.copyOf(places);
        this.began = began;
        this.timeout = timeout;
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> wanted, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Map<AlertQuery, CompletableFuture<List<Alert>>> asked = new HashMap<>();
        return ReadingBatch.read(
                wanted,
                query -> {
                    Place place = places.get(query.metric().name());
                    return asked.computeIfAbsent(place.query().request(), q -> ask(place, at))
                            .thenApply(alerts -> reading(place, alerts));
                },
                early);
    }

    @Override
    public String describe(MetricQuery query) {
        Place place = places.get(query.metric().name());
        return place == null ? null : "GET " + place.address() + place.system().path(place.matchers(), 0);
    }

    private CompletableFuture<List<Alert>> ask(Place place, Instant at) {
        return waits.reason(place.base(), at)
                .map(why -> CompletableFuture.<List<Alert>>failedFuture(new MetricException(why)))
                .orElseGet(() -> page(place, 0, new LinkedHashMap<>(), Deadline.in(timeout), at));
    }

    private CompletableFuture<List<Alert>> page(
            Place place, int number, Map<Map<String, String>, Alert> before, Deadline deadline, Instant at) {
        return place.web()
                .fetch(place.call(number), LARGEST_ANSWER, deadline, answer -> read(place, answer, at))
                .thenCompose(page -> {
                    page.alerts().forEach(alert -> before.putIfAbsent(alert.labels(), alert));
                    if (!page.more()) {
                        return CompletableFuture.completedFuture(List.copyOf(before.values()));
                    }
                    return number + 1 < MOST_PAGES
                            ? page(place, number + 1, before, deadline, at)
                            : CompletableFuture.failedFuture(
                                    new MetricException(place.base().getAuthority() + ": more alerts fire than the "
                                            + MOST_PAGES + " pages that are read"));
                });
    }

    private AlertSystem.Page read(Place place, HttpAnswer answer, Instant at) {
        try {
            if (answer.status() / 100 != 2) {
                waits.heed(answer, at);
                throw new MetricException(answer.refusal());
            }
            JsonNode root = parsed(answer);
            AlertSystem.Page page;
            try {
                page = place.system().read(root);
            } catch (MetricException e) {
                throw new MetricException(PlainText.address(answer.from()) + ": " + e.getMessage(), e);
            }
            WorkBudget budget = new WorkBudget(WORK);
            List<Alert> chosen = new ArrayList<>(page.alerts());
            chosen.removeIf(alert -> !place.matchers().stream().allMatch(m -> m.matches(alert.labels(), budget)));
            return new AlertSystem.Page(chosen, page.more());
        } catch (WorkBudget.Exceeded e) {
            throw new CompletionException(
                    new MetricException("the matchers take too much work on these alerts; make them simpler", e));
        } catch (MetricException e) {
            throw new CompletionException(
                    new MetricException(place.credentials().redact(e.getMessage()), e));
        }
    }

    private static JsonNode parsed(HttpAnswer answer) throws MetricException {
        String from = PlainText.address(answer.from());
        if (answer.isHtml()) {
            throw new MetricException(from + " answered with a web page instead of JSON" + answer.title());
        }
        try {
            return BoundedJson.MAPPER.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new MetricException(from + ": " + BoundedJson.fault(e, answer.body().length), e);
        } catch (IOException e) {
            throw new MetricException(from + ": the answer cannot be read", e);
        }
    }

    private Reading reading(Place place, List<Alert> alerts) {
        boolean all = place.query().existing() || began == null;
        Predicate<Alert> older = alert -> !all && alert.firedAt(began);
        List<Alert> counted = alerts.stream().filter(older.negate()).toList();
        List<Alert> others = alerts.stream().filter(older).toList();
        String says = counted.isEmpty()
                ? "no alert fires" + (others.isEmpty() ? "" : " that began after the rollout")
                : counted.size() == 1 ? "an alert fires: " : counted.size() + " alerts fire: ";
        String before = others.isEmpty() ? "" : "; from before the rollout: " + words(others);
        return Reading.of(counted.size()).withDetail(place.credentials().redact(says + words(counted) + before));
    }

    /** The oldest ones, which the others may follow from. */
    private static String words(List<Alert> alerts) {
        String some = alerts.stream()
                .sorted(Alert.OLDEST_FIRST)
                .limit(MOST_NAMED)
                .map(Alert::words)
                .collect(Collectors.joining("; "));
        return alerts.size() <= MOST_NAMED ? some : some + "; and " + (alerts.size() - MOST_NAMED) + " more";
    }
}

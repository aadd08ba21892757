package io.jenkins.plugins.canary.engine.metric.prometheus;

import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.prometheus.QueryResult.Series;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks several queries in one request, and tells their answers apart by a label that it gives each of them. Where that
 * does not work, each is asked alone, so that none fails because of another. Safe for several threads.
 */
final class JoinedQueries {

    /** The label: no exporter has it. */
    private static final String PART = "canary_release_part";
    /** Where in the joined text a hint is about, which nobody has seen. */
    private static final Pattern PLACE = Pattern.compile(" \\(\\d+:\\d+\\)$");

    private final PrometheusClient client;
    private final Set<String> alone = ConcurrentHashMap.newKeySet();

    JoinedQueries(PrometheusClient client) {
        this.client = client;
    }

    /**
     * @param what the same for those that are asked together again: once that fails, they are asked alone from then on
     * @param lookback as {@link PrometheusClient#instant(String, Instant, Duration, Deadline)} takes it
     * @return what each query yields
     */
    Map<String, CompletableFuture<QueryResult>> ask(String what, Set<String> queries, Instant at, Duration lookback) {
        Deadline deadline = client.deadline();
        List<String> parts = List.copyOf(queries);
        Function<String, CompletableFuture<QueryResult>> byItself =
                query -> client.instant(query, at, lookback, deadline);
        Map<String, CompletableFuture<QueryResult>> answers = new LinkedHashMap<>();
        if (parts.size() < 2 || alone.contains(what)) {
            parts.forEach(query -> answers.put(query, byItself.apply(query)));
            return answers;
        }
        CompletableFuture<List<QueryResult>> joined =
                client.instant(join(parts), at, lookback, deadline).thenApply(answer -> split(answer, parts.size()));
        for (int i = 0; i < parts.size(); i++) {
            int part = i;
            answers.put(
                    parts.get(i),
                    joined.handle((all, fault) -> fault == null
                                    ? CompletableFuture.completedFuture(all.get(part))
                                    : instead(what, parts.get(part), fault, byItself))
                            .thenCompose(Function.identity()));
        }
        return answers;
    }

    /** A server that does not answer, or wants no more requests, is not asked more often. */
    private CompletableFuture<QueryResult> instead(
            String what, String query, Throwable fault, Function<String, CompletableFuture<QueryResult>> byItself) {
        Throwable cause = HttpFetcher.cause(fault);
        boolean refused = cause instanceof QueryRefusedException;
        if (refused || cause.getCause() instanceof TimeoutException) {
            alone.add(what);
        }
        return refused ? byItself.apply(query) : CompletableFuture.failedFuture(cause);
    }

    /** The line break ends a comment at the end of a query of the plan. */
    private static String join(List<String> parts) {
        return IntStream.range(0, parts.size())
                .mapToObj(i -> "label_replace((" + parts.get(i) + "\n), \"" + PART + "\", \"" + i + "\", \"\", \"\")")
                .collect(Collectors.joining(" or "));
    }

    private static List<QueryResult> split(QueryResult answer, int parts) {
        List<List<Series>> byPart = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            byPart.add(new ArrayList<>());
        }
        for (Series series : answer.series()) {
            Map<String, String> labels = new HashMap<>(series.labels());
            int part =
                    (int) PromQlText.number(String.valueOf(labels.remove(PART))).orElse(-1);
            if (part < 0 || part >= parts) {
                throw new CompletionException(
                        new QueryRefusedException("the server does not keep the label of a joined query"));
            }
            byPart.get(part).add(new Series(labels, series.millis(), series.values()));
        }
        List<String> notes = answer.notes().stream()
                .map(note -> PLACE.matcher(note).replaceFirst(""))
                .distinct()
                .toList();
        return byPart.stream().map(series -> new QueryResult(series, notes)).toList();
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Stable's line is drawn beside a fixed limit wherever it costs no request more, and decides nothing. */
class StableLineTest {

    private static final String PROMETHEUS = """
            prometheus: { url: "http://127.0.0.1:9" }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
              sets: { pool: hikaricp, limiter: redis-exporter }
            """;
    private static final String SCRAPE = """
            scrape: { canary: [ "http://127.0.0.1:9/canary" ], stable: [ "http://127.0.0.1:9/stable" ] }
            """;

    private static CanaryPlan plan(String source, String gate) throws Exception {
        return PlanReader.read("""
                name: shop
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  %s
                phases:
                  - { name: One, weight: 10, hold: 2m, gate: [ %s ] }
                  - { name: Two, weight: 100 }
                abort: [ { metric: error-rate, max: 50%% } ]
                """.formatted(source.strip(), gate));
    }

    private static Set<String> drawn(String source, String gate) throws Exception {
        return plan(source, gate).drawnQueries(0).stream().map(MetricQuery::key).collect(Collectors.toSet());
    }

    @Test
    void builtInMetricsAndThoseOfTracks() throws Exception {
        assertEquals(
                Set.of("latency(0.99) stable 1m", "error-rate stable 1m", "pool-use stable 1m"),
                drawn(
                        PROMETHEUS,
                        "{ metric: latency, quantile: 0.99, max: 1s }, { metric: pool-use, max: 90% },"
                                + " { metric: limiter-errors, max: 3 }, { metric: throughput-share, min: 1% }"));
    }

    @Test
    void aPageOfStableIsReadAnyway() throws Exception {
        assertEquals(Set.of("error-rate stable 1m"), drawn(SCRAPE, "{ metric: error-rate, max: 1% }"));
    }

    @Test
    void aQueryOfThePlanThatKnowsTheTrack() throws Exception {
        String own = PROMETHEUS
                + "  custom:\n"
                + "    tracked: { unit: count, query: 'sum(x{track=\"{{ track }}\"})' }\n"
                + "    labelled: { unit: count, query: 'sum(x{ {{labels}} })' }\n"
                + "    deaf: { unit: count, query: 'sum(x{version=\"{{version}}\"})' }\n"
                + "    far: { unit: count, json: { url: \"http://127.0.0.1:9/{{track}}\", path: \"$.x\" } }\n";
        assertEquals(
                Set.of("tracked stable 1m", "labelled stable 1m", "error-rate stable 1m"),
                drawn(
                        own,
                        "{ metric: tracked, max: 1 }, { metric: labelled, max: 1 }, { metric: deaf, max: 1 },"
                                + " { metric: far, max: 1 }"));
    }

    @Test
    void whatIsComparedAnywayIsNotReadTwice() throws Exception {
        assertEquals(
                Set.of(), drawn(PROMETHEUS, "{ metric: error-rate, max: 1%, versusStable: { maxIncrease: 10% } }"));
    }

    @Test
    void theLineIsDrawn() throws Exception {
        RolloutStatusResponse answer = run(query -> FakeSource.service(query, query.track() == Track.CANARY ? 0 : 0.2));
        assertEquals(List.of(0.2), values(answer));
        assertEquals(
                List.of(0.0),
                answer.progress().criteria().stream()
                        .map(row -> row.value())
                        .distinct()
                        .toList());
        assertEquals(0.2, answer.progress().criteria().get(0).stable());
    }

    @Test
    void nothingIsDecidedByIt() throws Exception {
        List<String> alone = decisions(query -> stable(query, Reading.noData("empty vector")));
        assertTrue(alone.size() > 5, alone.toString());
        assertEquals(alone, decisions(query -> stable(query, Reading.of(1))));
        assertEquals(alone, decisions(query -> stable(query, Reading.unavailable("too slow"))));
    }

    private static Reading stable(MetricQuery query, Reading reading) {
        return query.track() == Track.STABLE ? reading : FakeSource.service(query, 0.001);
    }

    private static List<Double> values(RolloutStatusResponse answer) {
        return answer.history().series().points().stable().stream()
                .flatMap(List::stream)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    private static CountingRelease release(Function<MetricQuery, Reading> service, int minutes) throws Exception {
        CountingRelease release = new CountingRelease(
                plan(PROMETHEUS, "{ metric: error-rate, max: 1% }"), AdvanceMode.AUTOMATIC, service);
        return release.pass(minutes * CountingRelease.MINUTE);
    }

    private static RolloutStatusResponse run(Function<MetricQuery, Reading> service) throws Exception {
        return release(service, 1).answer();
    }

    /** Every event but for what was read. */
    private static List<String> decisions(Function<MetricQuery, Reading> service) throws Exception {
        return release(service, 20).written.stream()
                .map(event -> event instanceof RolloutEvent.Ticked tick
                        ? tick.at() + " " + outcomes(tick.gate()) + outcomes(tick.abort())
                        : event.toString())
                .toList();
    }

    private static List<String> outcomes(List<Check> checks) {
        return checks.stream()
                .map(check -> check.outcome() + " " + check.value())
                .toList();
    }
}

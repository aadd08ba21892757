package io.jenkins.plugins.canary.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A journal's events as spans. */
class RolloutSpansTest {

    private static final long T = 1_800_000_000_000L;
    private static final String PLAN = """
            name: shop
            target: { deployment: api, namespace: shop }
            traffic: { local: { control: "http://127.0.0.1:9" } }
            metrics:
              prometheus: { url: "http://prometheus.example" }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases: [ { name: Initial, weight: 20, hold: 1m }, { name: Full, weight: 100, hold: 1m } ]
            gate: [ { metric: error-rate, max: 1% } ]
            abort: [ { metric: error-rate, max: 5% } ]
            watch: 1h
            """;

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private RolloutSpans spans;

    @BeforeEach
    void begin() throws Exception {
        CanaryPlan plan = PlanReader.read(PLAN);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build();
        spans = new RolloutSpans(provider.get("test"), Context.root(), plan, "https://ci.example/canary/");
        follow(
                new RolloutEvent.Started(
                        T, "r1", "shop", "v2", PLAN, AdvanceMode.AUTOMATIC, "job#1", "alice", Map.of()),
                new RolloutEvent.ShiftIntended(T + 1_000, 0, Weight.ZERO, Weight.ofPercent(20)),
                new RolloutEvent.ShiftApplied(T + 2_000, 0, Weight.ofPercent(20), null),
                new RolloutEvent.GatePassed(T + 62_000, 0),
                new RolloutEvent.ShiftIntended(T + 63_000, 1, Weight.ofPercent(20), Weight.FULL),
                new RolloutEvent.ShiftApplied(T + 64_000, 1, Weight.FULL, null));
    }

    private void follow(RolloutEvent... events) {
        for (RolloutEvent event : events) {
            spans.follow(event);
        }
    }

    private SpanData span(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(s -> s.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + exporter.getFinishedSpanItems()));
    }

    private static void took(SpanData span, long from, long to) {
        assertEquals(T + from, span.getStartEpochNanos() / 1_000_000, span.getName());
        assertEquals(T + to, span.getEndEpochNanos() / 1_000_000, span.getName());
    }

    private List<String> names() {
        return exporter.getFinishedSpanItems().stream().map(SpanData::getName).toList();
    }

    @Test
    void aPromotedRollout() {
        follow(
                new RolloutEvent.GatePassed(T + 124_000, 1),
                new RolloutEvent.PromoteIntended(T + 125_000),
                new RolloutEvent.WatchStarted(T + 126_000, T + 3_726_000, Weight.FULL),
                new RolloutEvent.Ended(T + 3_726_000, Outcome.PROMOTED, "the watch is over", Weight.FULL));
        assertEquals(
                List.of("canary phase Initial", "canary phase Full", "canary watch", "canary rollout shop"), names());
        SpanData rollout = span("canary rollout shop");
        took(rollout, 0, 3_726_000);
        assertEquals("promoted", rollout.getAttributes().get(RolloutSpans.OUTCOME));
        assertEquals("v2", rollout.getAttributes().get(RolloutSpans.VERSION));
        assertEquals("shop/api", rollout.getAttributes().get(RolloutSpans.TARGET));
        assertEquals("https://ci.example/canary/", rollout.getAttributes().get(RolloutSpans.PAGE));
        assertEquals(StatusCode.UNSET, rollout.getStatus().getStatusCode());
        SpanData initial = span("canary phase Initial");
        took(initial, 1_000, 63_000);
        assertEquals("passed", initial.getAttributes().get(RolloutSpans.OUTCOME));
        assertEquals(20, initial.getAttributes().get(RolloutSpans.WEIGHT));
        assertEquals(rollout.getSpanId(), initial.getParentSpanId());
        assertEquals(rollout.getTraceId(), initial.getTraceId());
        assertEquals(
                List.of("shiftIntended", "shiftApplied", "gatePassed"),
                initial.getEvents().stream().map(EventData::getName).toList());
        assertEquals(
                "Router verified at 20% in phase Initial",
                initial.getEvents().get(1).getAttributes().get(RolloutSpans.SAYS));
        took(span("canary phase Full"), 63_000, 125_000);
        took(span("canary watch"), 126_000, 3_726_000);
    }

    @Test
    void aRolledBackOne() {
        follow(
                new RolloutEvent.RollbackIntended(T + 80_000, "error-rate is 9%, limit 5%", "error-rate <= 5%", null),
                new RolloutEvent.Ended(T + 82_000, Outcome.ROLLED_BACK, "error-rate is 9%, limit 5%", Weight.ZERO));
        assertEquals(
                List.of("canary phase Initial", "canary phase Full", "canary roll back", "canary rollout shop"),
                names());
        SpanData full = span("canary phase Full");
        assertEquals("rolled_back", full.getAttributes().get(RolloutSpans.OUTCOME));
        assertEquals(StatusCode.ERROR, full.getStatus().getStatusCode());
        assertEquals("error-rate is 9%, limit 5%", full.getStatus().getDescription());
        took(span("canary roll back"), 80_000, 82_000);
        assertEquals(StatusCode.ERROR, span("canary rollout shop").getStatus().getStatusCode());
    }

    @Test
    void aMoveWithinAPhaseAndASecondRollbackIntentBeginNoSpan() {
        follow(
                new RolloutEvent.ShiftIntended(T + 70_000, 1, Weight.FULL, Weight.ofPercent(90)),
                new RolloutEvent.RollbackIntended(T + 80_000, "bad", null, null),
                new RolloutEvent.RollbackIntended(T + 81_000, "worse", null, "alice"),
                new RolloutEvent.Ended(T + 82_000, Outcome.ROLLED_BACK, "bad", Weight.ZERO));
        assertEquals(4, names().size());
    }

    @Test
    void aRolloutThatIsOpenSendsNoSpanOfItself() {
        assertTrue(names().stream().noneMatch("canary rollout shop"::equals), names().toString());
    }
}

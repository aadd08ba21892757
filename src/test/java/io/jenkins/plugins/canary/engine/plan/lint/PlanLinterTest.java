package io.jenkins.plugins.canary.engine.plan.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.read.PlanTexts;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One trap in a sound plan: the plan is read, with exactly one warning at the trap's place. */
class PlanLinterTest {

    private static final String ONE = "{ name: One, weight: 10, hold: 5m }";
    private static final String RATE = "{ metric: success-rate, min: 99% }";
    private static final String ABORT = "{ metric: success-rate, min: 95% }";
    private static final String QUERY = "query: 'sum(rate(carts{ {{labels}} }[{{window}}]))'";
    private static final String FULL = "  - { name: Full, weight: 100 }\n";
    private static final String RULES = """
            abort:
              - { metric: success-rate, min: 95% }
              - { consecutiveFailures: 5 }
            """;

    private static Arguments trap(String piece, String replacement, String path, String says) {
        return Arguments.of(piece, replacement, path, says);
    }

    static Stream<Arguments> gates() {
        return Stream.of(
                trap(ONE, "{ name: One, weight: 10, hold: 5m, gate: [] }", "phases[0].gate", "the gate is empty"),
                trap(RULES, "", "plan", "there are no abort rules"),
                trap(RULES, "abort: []\n", "abort", "there are no abort rules"),
                trap(
                        ABORT,
                        "{ metric: success-rate, min: 99.5% }",
                        "abort[0].min",
                        "aborts below 99.5% although a gate still passes at 99%"),
                trap(
                        ABORT,
                        "{ metric: latency, quantile: 0.99, max: 400ms }",
                        "abort[0].max",
                        "aborts above 400 ms although a gate still passes at 500 ms"),
                trap(
                        ABORT,
                        "{ metric: success-rate, min: 95%, for: 5s }",
                        "abort[0].for",
                        "shorter than the time between"),
                trap(
                        "- { consecutiveFailures: 5 }",
                        "- { consecutiveFailures: 5 }\n  - { metric: throughput-share, min: 1%, onNoData: fail }",
                        "abort[2].onNoData",
                        "one tick without data rolls the canary back"),
                trap(
                        "consecutiveFailures: 5",
                        "consecutiveFailures: 3",
                        "abort[1].consecutiveFailures",
                        "stays in a window of 1 min for 4 ticks of 15 s, so 3 failures in a row may be one burst; write 5"),
                trap(
                        RATE,
                        "{ metric: success-rate, min: 99%, minRequests: 50 }",
                        "gate[0].minRequests",
                        "one error in 50 requests is 2%, which breaks this criterion already; raise minRequests to 100"),
                trap("max: 500ms", "max: 500ms, minRequests: 99", "gate[1].minRequests", "fewer than 100 requests"),
                trap(
                        RATE,
                        "{ metric: errors, max: 3, versusStable: { maxIncrease: 10% } }",
                        "gate[0].versusStable",
                        "grows with the weight"),
                trap(
                        RATE,
                        "{ metric: success-rate, min: 99%, onNoData: pass, noDataDeadline: 5m }",
                        "gate[0].noDataDeadline",
                        "onNoData is not hold"));
    }

    static Stream<Arguments> times() {
        return Stream.of(
                trap(
                        "interval: 15s",
                        "interval: 14s, scrapeInterval: 15s",
                        "metrics.prometheus.interval",
                        "new samples only every 15 s"),
                trap(
                        "window: 1m",
                        "window: 30s",
                        "metrics.window",
                        "a window of 30 s holds too few samples at one every 15 s"),
                trap(
                        RATE,
                        "{ metric: success-rate, min: 99%, window: 45s }",
                        "gate[0].window",
                        "write four scrape intervals"),
                trap(
                        "interval: 15s",
                        "interval: 15s, timeout: 20s",
                        "metrics.prometheus.timeout",
                        "so ticks come late"),
                trap(
                        ONE,
                        "{ name: One, mirror: 10%, hold: 5m }",
                        "phases[0].mirror",
                        "what they write is written twice"),
                trap("hold: 5m", "hold: 45s", "phases[0].hold", "shorter than the window of 1 min"),
                trap("weight: 10, hold: 5m", "weight: 10", "phases[0]", "passes at its first green tick"),
                trap(
                        ONE,
                        "{ name: One, weight: 10, hold: 5m, deadline: 5m }",
                        "phases[0].deadline",
                        "the deadline leaves 0 s beside the hold"),
                trap(FULL, "", "phases[1].weight", "the last phase ends at 50%"),
                trap(
                        "cap: { weight: 100, until: ready }",
                        "cap: { weight: 20, until: ready }",
                        "phases[1].weight",
                        "50% is above the cap of 20%: the rollout waits before this phase until the checklist 'ready'"),
                trap("cap: { weight: 100, until: ready }", "", "checklists.ready", "nothing waits for this checklist"),
                trap(
                        "{ ready: [ \"Drill done\" ] }",
                        "{ ready: [ \"Drill done\" ], other: { items: [ a ] } }",
                        "checklists.other",
                        "write when: before, during or post beside its items, or name it in cap.until"),
                trap(
                        "cap: { weight: 100, until: ready }",
                        "cap: { weight: 100, until: ready }\nprobes: { allow: [ a.example ], "
                                + "canary: { url: \"https://a.example\" }, run: { home: { http: { path: / } } } }",
                        "probes.run.home",
                        "the rollout does not run this probe by itself"));
    }

    static Stream<Arguments> queries() {
        return Stream.of(
                trap(
                        QUERY,
                        "query: 'sum(rate(carts[{{window}}])) # {{labels}}'",
                        "metrics.custom.carts.query",
                        "does not select the canary, so it mixes both versions"),
                trap(
                        QUERY,
                        "query: 'sum(rate(carts{version=\"v1\"}[{{window}}]))'",
                        "metrics.custom.carts.query",
                        "mixes both"),
                trap(
                        QUERY,
                        "query: 'sum(rate(carts{ {{labels}} }[30s]))'",
                        "metrics.custom.carts.query",
                        "a window of 30 s holds too few samples"),
                trap(
                        QUERY,
                        "query: 'sum(increase(carts{ {{labels}} }[45]))'",
                        "metrics.custom.carts.query",
                        "a window of 45 s holds too few samples"),
                trap(
                        QUERY,
                        "query: 'histogram_quantile(0.9, rate(c_bucket{ {{labels}} }[1m]))'",
                        "metrics.custom.carts.query",
                        "one quantile for each instance"),
                trap(
                        QUERY,
                        "query: 'histogram_quantile(0.9, sum(rate(c_bucket{ {{labels}} }[1m])) by (pod))'",
                        "metrics.custom.carts.query",
                        "drops the label le"),
                trap(
                        "  custom:\n",
                        "  http: { duration: rpc_duration_ms }\n  custom:\n",
                        "metrics.http",
                        "not in the unit that its name says; write durationUnit: ms"),
                trap(
                        RATE,
                        "{ metric: carts, versusStable: { test: mannWhitney } }",
                        "gate[0].versusStable",
                        "carts grows with the weight, so canary and stable always differ; divide it by what grows as well"),
                trap(RATE, "{ metric: carts, max: 5%, window: 30s }", "gate[0].window", "30 s holds too few samples"));
    }

    @ParameterizedTest(name = "{1} -> {2}")
    @MethodSource({"gates", "times", "queries"})
    void isWarnedOfOnceAtItsPlace(String piece, String replacement, String path, String says) {
        PlanReader.Result result = PlanReader.check(PlanTexts.sound(piece, replacement));
        assertNotNull(result.plan(), () -> result.problems().toString());
        assertEquals(1, result.problems().size(), () -> result.problems().toString());
        String shown = result.problems().get(0).toString();
        assertTrue(shown.contains(" warning " + path + ": "), shown);
        assertTrue(shown.contains(says), shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum(rate(carts{version=\"v2\", code=~\"5..\"}[5m]))",
                "sum(rate(carts{app=\"{{version}}\"}[{{window}}]))",
                "histogram_quantile(0.99, sum by (le) (rate(c_bucket{ {{labels}} }[2m])))",
                "histogram_quantile(0.99, sum(rate(c_bucket{ {{labels}} }[2m])) by (zone, le))",
                "histogram_quantile(0.99, sum without (pod) (rate(c_bucket{ {{labels}} }[2m])))",
                "histogram_quantile(0.99, sum(rate(native{ {{labels}} }[2m])))",
                "max_over_time(depth{ {{labels}} }[30s])",
                "irate(carts{ {{labels}} , note=\"rate(x[1s]) {{{\"}[1m])",
                "sum(rate(carts{ {{labels}} }[1h] offset 1w))",
                "carts{{{labels}}}"
            })
    void queriesThatAskWhatTheyMeanAreLeftAlone(String query) {
        String text = PlanTexts.sound(QUERY, "query: '" + query + "'");
        assertEquals(List.of(), PlanReader.check(text).problems());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ metric: success-rate, min: 99.5%, for: 10m }",
                "{ metric: success-rate, min: 99% }",
                "{ metric: success-rate, min: 99.5%, window: 10m }",
                "{ metric: latency, quantile: 0.5, max: 100ms }"
            })
    void abortRulesThatWatchSomethingElseAreLeftAlone(String rule) {
        assertEquals(List.of(), PlanReader.check(PlanTexts.sound(ABORT, rule)).problems());
    }

    @ParameterizedTest
    @ValueSource(strings = {"query: 'pool{version=\"v2\"}'", "json: { url: 'http://a/b', path: '$.c' }"})
    void aMetricThatIsTheSameForBothTracksIsNotComparedWithItself(String source) {
        String text =
                PlanTexts.sound(QUERY, source).replace(RATE, "{ metric: carts, versusStable: { maxIncrease: 10% } }");
        List<Problem> problems = PlanReader.check(text).problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).toString().contains("the canary is compared with itself"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5s", "29s"})
    void aHoldOfAFewTicksIsTooShort(String hold) {
        String text = PlanTexts.sound("hold: 5m", "hold: " + hold).replace("window: 1m", "window: 1m");
        String shown = PlanReader.check(text).problems().toString();
        assertTrue(
                shown.contains("a hold of " + Units.print(Units.duration(hold)) + " is shorter than two ticks of 15 s"),
                shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {", approval: { by: [ops] }"})
    void aPhaseThatWaitsForPeopleNeedsNoHold(String approval) {
        assertEquals(
                List.of(),
                PlanReader.check(PlanTexts.sound("weight: 10, hold: 5m", "weight: 10" + approval))
                        .problems());
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "during", "post"})
    void aChecklistThatSaysWhenIsWaitedForWithoutACap(String when) {
        String text = PlanTexts.sound("cap: { weight: 100, until: ready }\n", "")
                .replace("[ \"Drill done\" ]", "{ when: " + when + ", items: [ \"Drill done\" ] }");
        assertEquals(List.of(), PlanReader.check(text).problems());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate: [ { metric: errors, max: 0 } ]"})
    void aGateThatNoPhaseUsesIsWarnedOf(String own) {
        String text = PlanTexts.SOUND.replaceAll("(weight: \\d+)((?:, hold: \\d+m)?) }", "$1$2, " + own + " }");
        String shown = PlanReader.check(text).problems().toString();
        assertTrue(shown.contains("warning gate: every phase has a gate of its own"), shown);
    }
}

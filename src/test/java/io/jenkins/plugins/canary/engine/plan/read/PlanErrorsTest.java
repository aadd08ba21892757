package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One mistake in a sound plan: exactly one error, at its place, with the remedy. */
class PlanErrorsTest {

    private static Arguments wrong(String piece, String replacement, String path, String says) {
        return Arguments.of(piece, replacement, path, says);
    }

    private static final String ONE = "{ name: One, weight: 10, hold: 5m }";
    private static final String RATE = "{ metric: success-rate, min: 99% }";
    private static final String URL = "url: \"http://prometheus:9090\"";
    private static final String SOURCE = "prometheus: { url: \"http://prometheus:9090\", interval: 15s }";

    static Stream<Arguments> top() {
        return Stream.of(
                wrong("name: shop", "name: Shop_1", "name", "'Shop_1' is not a plan's name; use lower-case"),
                wrong("name: shop\n", "", "plan", "'name' is missing; write name: api-gateway"),
                wrong("name: shop", "name: shop\nonBuildEnd: stop", "onBuildEnd", "write rollback | hold"),
                wrong("name: shop", "name: shop\nshiftTimeout: 0s", "shiftTimeout", "too short"),
                wrong("name: shop", "name: shop\nphase: 3", "phase", "unknown key 'phase'; did you mean phases?"),
                wrong("name: shop", "name: shop\nwatsh: 3", "watsh", "unknown key 'watsh'; did you mean watch?"),
                wrong("name: shop", "name: shop\nwatch: 3", "watch", "'3' is not a duration"),
                wrong("name: shop", "name: shop\nwatch: 60d", "watch", "more than 30 days"),
                wrong(
                        "name: shop",
                        "name: shop\nwatch: { for: 1h, criteria: [ { metric: error-rate, versusStable:"
                                + " { maxIncrease: 20% } } ] }",
                        "watch.criteria",
                        "neither a stable version to compare with"),
                wrong(
                        "name: shop",
                        "name: shop\nwatch: { for: 1h, abort: default }",
                        "watch.abort",
                        "neither a stable version to compare with"),
                wrong(
                        "name: shop",
                        "name: shop\nwatch: { for: 1h, criteria: [ { metric: error-rate, trend: { tolerance: 10% } } ] }",
                        "watch.criteria",
                        "nor a phase whose trend could be seen"),
                wrong(
                        "[ \"Drill done\" ]",
                        "[ { item: Calm, metric: error-rate, trend: { tolerance: 10% } } ]",
                        "checklists.ready[0].trend",
                        "a checklist has no phase"),
                wrong(
                        "name: shop",
                        "name: shop\nwatch: { for: 1h, criteria: [], abort: [] }",
                        "watch",
                        "nothing is left to watch"),
                wrong(
                        "name: shop",
                        "name: shop\nwatch: { for: 1h, onBreach: panic }",
                        "watch.onBreach",
                        "write alert | rollback | ask"),
                wrong(
                        "name: shop",
                        "name: shop\nnotify: [ { url: 'https://hooks.example.com/T0/B0' } ]",
                        "notify[0].url",
                        "a webhook's address is a secret"),
                wrong(
                        SOURCE,
                        "prometheus: { url: 'http://prometheus:9090', auth: { keyStore: \"credentials: OTHER\\nID\" } }",
                        "metrics.prometheus.auth.keyStore",
                        "a secret is referred to"),
                wrong(
                        SOURCE,
                        "prometheus: { url: 'http://prometheus:9090', auth: { trustStore: \"credentials: ID\" } }",
                        "metrics.prometheus.auth.trustStore",
                        "a secret is referred to"),
                wrong(
                        ONE,
                        "{ name: One, weight: 10, hold: 5m, approval: { by: [ 'group: ' ] } }",
                        "phases[0].approval.by",
                        "without a name; write user:NAME"),
                wrong(
                        SOURCE,
                        "prometheus: { url: 'http://prometheus:9090', auth: { bearer: \"credentials: ID\" } }",
                        "metrics.prometheus.auth.bearer",
                        "a secret is referred to"),
                wrong(
                        "name: shop",
                        "name: shop\nnotify: [ { to: pager, url: env:HOOK } ]",
                        "notify[0].to",
                        "write json | slack | teams"),
                wrong(
                        "name: shop",
                        "name: shop\nnotify: [ { to: teams, url: env:HOOK, secret: env:KEY } ]",
                        "notify[0].secret",
                        "only { to: json } is signed"),
                wrong(
                        "name: shop",
                        "name: shop\nnotify: [ { url: env:HOOK, events: [ end ] } ]",
                        "notify[0].events[0]",
                        "'end' is not one of the choices"),
                wrong(
                        "[ \"Drill done\" ]",
                        "{ when: later, items: [ a ] }",
                        "checklists.ready.when",
                        "write before | during | post"),
                wrong("[ \"Drill done\" ]", "{ when: before }", "checklists.ready", "'items' is missing"),
                wrong("[ \"Drill done\" ]", "[ { item: calm } ]", "checklists.ready[0]", "'metric' is missing"),
                wrong(
                        "[ \"Drill done\" ]",
                        "[ { item: calm, metric: error-rate, versusStable: { test: counts } } ]",
                        "checklists.ready[0].versusStable",
                        "a checklist has no phase"),
                wrong("name: shop", "name: shop\nname: shop", "name", "'name' is given twice; keep one of them"),
                wrong("namespace: web", "namespace: Web", "target.namespace", "'Web' is not a namespace"),
                wrong(
                        "fake: { refuses: 13 }",
                        "faky: { }",
                        "traffic.faky",
                        "unknown router 'faky'; known here: argoRollout"),
                wrong(
                        "{ fake: { refuses: 13 } }",
                        "{ }",
                        "traffic",
                        "traffic names no router; name exactly one of: argoRollout"),
                wrong(
                        "{ fake: { refuses: 13 } }",
                        "{ fake: {}, local: {} }",
                        "traffic",
                        "traffic names several routers"),
                wrong("refuses: 13", "refuse: 13", "traffic.fake.refuse", "did you mean refuses?"),
                wrong("until: ready", "until: redy", "cap.until", "there is no checklist 'redy'; the plan has: ready"),
                wrong(
                        "cap: { weight: 100, until: ready }",
                        "cap: { weight: 50 }",
                        "phases[2].weight",
                        "100% is above the cap of 50%, which nothing lifts"),
                wrong("[ \"Drill done\" ]", "[ a ], a/b: [ c ]", "checklists.a/b", "has no '/'"),
                wrong("[ \"Drill done\" ]", "[ ]", "checklists.ready", "would be complete at once"),
                wrong("[ \"Drill done\" ]", "[ a, a ]", "checklists.ready", "twice"));
    }

    static Stream<Arguments> phases() {
        return Stream.of(
                wrong(
                        ONE,
                        "{ name: One, weight: 60, hold: 5m }",
                        "phases[1].weight",
                        "the weight falls at 50% after 60%; weights rise from phase to phase: write more than 60%"),
                wrong(
                        ONE,
                        "{ name: One, weight: 50, hold: 5m }",
                        "phases[1].weight",
                        "the weight stays at 50% after 50%"),
                wrong(ONE, "{ name: One, weight: 0, hold: 5m }", "phases[0].weight", "nothing to judge"),
                wrong(ONE, "{ name: One, weight: 101, hold: 5m }", "phases[0].weight", "'101' is not a weight"),
                wrong(ONE, "{ name: One, weight: 1.25, hold: 5m }", "phases[0].weight", "finer than a tenth"),
                wrong(ONE, "{ name: One, weight: 13, hold: 5m }", "phases[0].weight", "the fake refuses 13%"),
                wrong(ONE, "{ name: Two, weight: 10, hold: 5m }", "phases[1].name", "another phase has this name"),
                wrong(ONE, "{ name: One, weight: 10, hold: 300 }", "phases[0].hold", "90s, 5m, 1h30m"),
                wrong(ONE, "{ name: One, weight: 10, hold: 5m, deadline: 4m }", "phases[0].deadline", "can never pass"),
                wrong(
                        ONE,
                        "{ name: One, weight: 10, hold: 5m, aproval: {} }",
                        "phases[0].aproval",
                        "did you mean approval?"),
                wrong(ONE, "{ name: One, weight: 10, hold: 5m, approval: yes }", "phases[0].approval", "found 'yes'"),
                wrong(
                        ONE,
                        "{ name: One, weight: 10, hold: 5m, approval: { requireComment: y } }",
                        "phases[0].approval.requireComment",
                        "neither true nor false"),
                wrong(ONE, "One", "phases[0]", "expected keys and values, found 'One'"));
    }

    static Stream<Arguments> tests() {
        String p99 = "max: 500ms";
        String own = "{ name: Full, weight: 100, gate: [ { metric: error-rate, versusStable: { test: counts } } ] }";
        return Stream.of(
                wrong(
                        p99,
                        "versusStable: { test: tTest }",
                        "gate[1].versusStable.test",
                        "write mannWhitney, counts or sequential"),
                wrong(
                        p99,
                        "versusStable: { test: counts }",
                        "gate[1].versusStable.test",
                        "counts compares requests that failed, and latency p99 is no share of those"),
                wrong(
                        p99,
                        "versusStable: { test: mannWhitney, maxIncrease: 20% }",
                        "gate[1].versusStable.maxIncrease",
                        "a test and a fixed limit cannot both decide"),
                wrong(
                        p99,
                        "versusStable: { maxIncrease: 20%, tolerance: 10% }",
                        "gate[1].versusStable.tolerance",
                        "belongs to a test, and none is named"),
                wrong(
                        p99,
                        "versusStable: { test: sequential, confidence: 50% }",
                        "gate[1].versusStable.confidence",
                        "98%"),
                wrong(
                        p99,
                        "versusStable: { test: sequential, confidence: 0.98 }",
                        "gate[1].versusStable.confidence",
                        "percent sign"),
                wrong(
                        p99,
                        "versusStable: { test: sequential, direction: up }",
                        "gate[1].versusStable.direction",
                        "increase | decrease"),
                wrong(
                        p99,
                        "versusStable: { test: sequential, floor: 1% }",
                        "gate[1].versusStable.floor",
                        "does not count errors"),
                wrong(
                        "min: 99%",
                        "versusStable: { test: sequential, floor: 0% }", "gate[0].versusStable.floor", "more than 0%"),
                wrong("{ name: Full, weight: 100 }", own, "phases[2].gate", "at 100% stable gets no requests"));
    }

    static Stream<Arguments> weights() {
        String name = "name: shop";
        return Stream.of(
                wrong(name, name + "\nweights: { }", "weights", "'dynamic' is missing"),
                wrong(name, name + "\nweights: { dynamic: { } }", "weights.dynamic", "'max' is missing; write max: 50"),
                wrong(name, name + "\nweights: { dynamic: { max: 4 } }", "weights.dynamic.max", "below 5%"),
                wrong(
                        name,
                        name + "\nweights: { dynamic: { max: 50, maxRise: 0 } }",
                        "weights.dynamic.maxRise",
                        "could only fall"),
                wrong(
                        name,
                        name + "\nweights: { dynamic: { max: 50, quantile: 95 } }",
                        "weights.dynamic.quantile",
                        "not a quantile"),
                wrong(
                        name,
                        name + "\nweights: { dynamic: { max: 50, errorThreshold: 0% } }",
                        "weights.dynamic.errorThreshold",
                        "the slightest difference"),
                wrong(
                        name,
                        name + "\nweights: { dynamic: { max: 50, rise: 5 } }",
                        "weights.dynamic.rise",
                        "unknown key"));
    }

    static Stream<Arguments> criteria() {
        return Stream.of(
                wrong(RATE, "{ metric: success-rate, min: 99 }", "gate[0].min", "'99' is not a percentage; write 99%"),
                wrong(RATE, "{ metric: success-rate, min: 0.99 }", "gate[0].min", "not a percentage; write 99%"),
                wrong(RATE, "{ metric: error-rate, max: 0.005 }", "gate[0].max", "not a percentage; write 0.5%"),
                wrong(RATE, "{ metric: success-rate, min: 1 }", "gate[0].min", "not a percentage; write 100%"),
                wrong(RATE, "{ metric: success-rate, min: 1.5 }", "gate[0].min", "not a percentage; write 1.5%"),
                wrong(
                        RATE,
                        "{ metric: success-rate, min: 990% }",
                        "gate[0].min",
                        "never has; write a percentage from 0%"),
                wrong(RATE, "{ metric: success-rate, min: 1e999999999% }", "gate[0].min", "not a percentage"),
                wrong(RATE, "{ metric: success-rate, min: 1%, by: le }", "gate[0].by", "bound of a bucket"),
                wrong(
                        RATE,
                        "{ metric: throughput-share, min: 1%, by: route }",
                        "gate[0].by",
                        "throughput-share cannot be broken down"),
                wrong(
                        RATE,
                        "{ metric: success-rate, min: 1%, by: 'a b' }",
                        "gate[0].by",
                        "'a b' is not a label's name"),
                wrong(RATE, "{ metric: success-rate }", "gate[0]", "no bound, so nothing can break it"),
                wrong(RATE, "{ metric: success-rate, min: 99%, max: 98% }", "gate[0].min", "no value passes"),
                wrong(RATE, "{ metric: success-rate, min: 99%, quantile: 0.5 }", "gate[0].quantile", "no quantiles"),
                wrong(
                        RATE,
                        "{ metric: sucess-rate, min: 99% }",
                        "gate[0].metric",
                        "unknown metric 'sucess-rate'; built in: success-rate, error-rate, 5xx-rate"),
                wrong(RATE, "{ min: 99% }", "gate[0]", "'metric' is missing"),
                wrong(RATE, RATE + "\n  - " + RATE, "gate[1]", "in the gate already: success-rate >= 99%"),
                wrong(
                        "quantile: 0.99, max: 500ms",
                        "max: 500ms",
                        "gate[1]",
                        "'quantile' is missing; write quantile: 0.99"),
                wrong(
                        "quantile: 0.99, max: 500ms",
                        "quantile: 99, max: 500ms",
                        "gate[1].quantile",
                        "'99' is not a quantile"),
                wrong("max: 500ms", "max: 500", "gate[1].max", "no unit of time; write 500ms or 500s"),
                wrong(
                        "max: 500ms",
                        "max: 500ms, versusStable: { maxIncrease: 0.2 }",
                        "gate[1].versusStable.maxIncrease",
                        "20%"),
                wrong("max: 500ms", "max: 500ms, versusStable: { }", "gate[1].versusStable", "no limit"),
                wrong(
                        "max: 500ms",
                        "max: 500ms, versusStable: { maxDecrease: 100% }",
                        "gate[1].versusStable.maxDecrease",
                        "no limit"),
                wrong("max: 500ms", "max: 500ms, minRequests: 2.5", "gate[1].minRequests", "not a whole number"),
                wrong("max: 500ms", "max: 500ms, onNoData: ignore", "gate[1].onNoData", "hold | fail | pass"),
                wrong("max: 500ms", "max: 500ms, for: 5m", "gate[1].for", "unknown key 'for'"),
                wrong(
                        "{ consecutiveFailures: 5 }",
                        "{ consecutiveFailures: 0 }",
                        "abort[1].consecutiveFailures",
                        "from 1"),
                wrong("{ consecutiveFailures: 5 }", "{ consecutiveFailures: 5, for: 5m }", "abort[1]", "stands alone"),
                wrong("{ consecutiveFailures: 5 }", "{ metric: success-rate, min: 95% }", "abort[1]", "given already"));
    }

    static Stream<Arguments> metrics() {
        return Stream.of(
                wrong(
                        URL,
                        "url: prometheus:9090",
                        "metrics.prometheus.url",
                        "write for example http://prometheus:9090"),
                wrong(URL, "url: \"http://{{target}}:9090\"", "metrics.prometheus.url", "no placeholders"),
                wrong(URL + ", ", "", "metrics.prometheus", "neither url nor server is given"),
                wrong(URL, URL + ", server: main", "metrics.prometheus", "both url and server"),
                wrong("interval: 15s", "interval: 50ms", "metrics.prometheus.interval", "write 100ms or more"),
                wrong(
                        "interval: 15s",
                        "interval: 15s, auth: { username: me }",
                        "metrics.prometheus.auth.username",
                        "'username' without 'password'; write password: env:NAME"),
                wrong(
                        "interval: 15s",
                        "interval: 15s, auth: { bearer: env:T, username: a, password: env:P }",
                        "metrics.prometheus.auth.bearer",
                        "keep one of them"),
                wrong("interval: 15s", "interval: 15s, auth: { }", "metrics.prometheus.auth", "auth says nothing"),
                wrong(
                        "interval: 15s",
                        "interval: 15s, tenant: a/b",
                        "metrics.prometheus.tenant",
                        "not the name of a tenant"),
                wrong(URL, "server: main, tenant: a", "metrics.prometheus.tenant", "brings its own tenant"),
                wrong(
                        "stable: 'version=\"v1\"'",
                        "stable: ' version = \"v2\"'",
                        "metrics.labels.stable",
                        "same labels"),
                wrong(
                        "stable: 'version=\"v1\"'",
                        "stable: '{version=\"v1\"}'",
                        "metrics.labels.stable",
                        "without braces"),
                wrong(
                        "stable: 'version=\"v1\"'",
                        "stable: 'version=v1'",
                        "metrics.labels.stable",
                        "not a list of label"),
                wrong(", stable: 'version=\"v1\"'", "", "metrics.labels", "'stable' is missing"),
                wrong("carts:", "errors:", "metrics.custom.errors", "the name of a built-in metric"),
                wrong("carts:", "Carts:", "metrics.custom.Carts", "not a metric's name"),
                wrong("unit: ratio, ", "", "metrics.custom.carts", "write unit: ratio | seconds | per-second | count"),
                wrong("{{window}}", "{{windows}}", "metrics.custom.carts.query", "nothing stands for {{windows}} here"),
                // As pasted from an AnalysisTemplate, a dashboard, or Helm's templates.
                wrong(
                        "carts{",
                        "carts{ svc=\"{{args.service-name}}\",",
                        "metrics.custom.carts.query",
                        "nothing stands for {{args.service-name}}"),
                wrong(
                        "carts{",
                        "carts{ ns=\"{{ .Release.Namespace }}\",",
                        "metrics.custom.carts.query",
                        "nothing stands for {{.Release.Namespace}}"),
                wrong(
                        "{{window}}",
                        "$__rate_interval",
                        "metrics.custom.carts.query",
                        "'$__rate_interval' is a variable of Grafana; write {{window}}"),
                wrong(
                        "{{window}}",
                        "${interval}",
                        "metrics.custom.carts.query",
                        "'${interval}' is a variable of Grafana"),
                wrong(
                        "carts{",
                        "carts{ pod=~\"$pod-.*\",",
                        "metrics.custom.carts.query",
                        "'$pod' is a variable of Grafana"),
                wrong(
                        "carts{",
                        "carts{ pod=\"[[pod]]\",",
                        "metrics.custom.carts.query",
                        "'[[pod]]' is a variable of Grafana"),
                wrong("[{{window}}]))", "[{{window}}])", "metrics.custom.carts.query", "'(' is never closed"),
                wrong("{ {{labels}} }", "{ a=\"b }", "metrics.custom.carts.query", "a quote \" is never closed"),
                wrong(
                        "query: 'sum",
                        "json: { url: 'http://a', path: '$.a' }, query: 'sum",
                        "metrics.custom.carts",
                        "both"),
                wrong(
                        "    custom:\n".substring(2),
                        "  http: { duration: a_bucket }\n  custom:\n",
                        "metrics.http.duration",
                        "write a"),
                wrong(
                        "    custom:\n".substring(2),
                        "  http: { errors: '5[' }\n  custom:\n",
                        "metrics.http.errors",
                        "regular expression"),
                wrong(
                        "    custom:\n".substring(2),
                        "  custom:\n    a: { unit: count, json: { url: 'http://a', path: '$[' } }\n",
                        "metrics.custom.a.json.path",
                        "not a JSONPath"),
                wrong(
                        "    custom:\n".substring(2),
                        "  custom:\n    a: { unit: count, json: { url: 'http://a', path: $.a, headers: { Cookie: s3 } } }\n",
                        "metrics.custom.a.json.headers.Cookie",
                        "carries a secret"));
    }

    @ParameterizedTest(name = "{1} -> {2}")
    @MethodSource({"top", "phases", "criteria", "tests", "weights", "metrics"})
    void isReportedOnceAtItsPlace(String piece, String replacement, String path, String says) {
        String text = PlanTexts.sound(piece, replacement);
        PlanReader.Result result = PlanReader.check(text);
        List<Problem> errors = result.problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .toList();
        assertEquals(1, errors.size(), errors::toString);
        assertNull(result.plan());
        String shown = errors.get(0).toString();
        assertTrue(shown.contains(" error " + path + ": "), shown);
        assertTrue(shown.contains(says), shown);
        assertTrue(
                errors.get(0).line() >= 1
                        && errors.get(0).line() <= text.lines().count(),
                shown);
    }

    @Test
    void aSecretInThePlanIsRefusedAndNotRepeated() {
        String text = PlanTexts.sound("interval: 15s", "interval: 15s, auth: { bearer: hunter2-hunter2 }");
        List<Problem> problems = PlanReader.check(text).problems();
        assertEquals(1, problems.size());
        assertTrue(problems.get(0).remedy().startsWith("write env:NAME, file:PATH or, in Jenkins, credentials:ID"));
        assertTrue(!problems.get(0).toString().contains("hunter2"), problems::toString);
        for (String url : List.of("http://me:hunter2@prometheus:9090", "http://me:hun ter2@prometheus")) {
            String shown = PlanReader.check(PlanTexts.sound("http://prometheus:9090", url))
                    .problems()
                    .toString();
            assertTrue(shown.contains("error metrics.prometheus.url") && !shown.contains("ter2"), shown);
        }
    }

    @Test
    void aNameThatOnlyFitsIntoQuotesIsReportedWhereItHasNone() {
        String text = PlanTexts.sound("deployment: shop", "deployment: my-shop");
        assertEquals(
                List.of(),
                PlanReader.check(text.replace("{ {{labels}} }", "{ {{labels}}, app=\"{{target}}\" }"))
                        .problems());
        List<Problem> problems = PlanReader.check(text.replace("carts{ {{labels}} }", "{{target}}_carts{ {{labels}} }"))
                .problems();
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.get(0).message().startsWith("{{target}} stands outside of quotes, where 'my-shop'"));
    }

    @Test
    void aPlaceholderNeedsSomethingToStandFor() {
        String labels = PlanTexts.sound("deployment: shop", "").replace("version=\"v2\"", "app=\"{{target}}\"");
        assertTrue(PlanReader.check(labels)
                .problems()
                .get(0)
                .toString()
                .contains("metrics.labels.canary: {{target}} stands for nothing: the plan names no deployment"));
    }

    @Test
    void whatMessagesQuoteIsShortAndObeysNoTerminal() {
        String text = PlanTexts.sound("name: shop", "name: \"\\e[2J" + "x".repeat(500) + "\"");
        String shown = PlanReader.check(text).problems().toString();
        assertTrue(shown.length() < 300 && shown.indexOf('\u001b') < 0, shown);
    }
}

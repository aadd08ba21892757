package io.jenkins.plugins.canary.engine.metric.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.MessageCatalog;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What each server that keeps alerts is asked, and what its answers mean. */
class AlertSourceTest {

    private static final String MATCH = "alertmanager: \"%s\", match: { service: shop }";

    private static String alert(String name, String since) {
        return "{\"labels\": {\"alertname\": \"" + name + "\", \"service\": \"shop\"}, \"startsAt\": \"" + since
                + "\"}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"alertmanager", "grafana", "prometheus", "datadog"})
    void asksAndReadsAsTheServerDocuments(String name) throws Exception {
        JsonNode exchange;
        try (InputStream in = AlertSourceTest.class.getResourceAsStream("exchanges/" + name + ".yaml")) {
            exchange = new ObjectMapper().valueToTree(new Yaml().<Object>load(in));
        }
        for (JsonNode answer : exchange.path("answers")) {
            String head = answer.path("status").asInt(200) + " X\nContent-Type: application/json\n"
                    + answer.path("head").asText();
            try (RawServer server = RawServer.of(head, answer.path("body").asText())) {
                String url = server.uri().toString();
                AlertPlans rollout =
                        AlertPlans.open(exchange.path("alerts").asText().replace("URL", url), null);
                Reading reading = rollout.read(rollout.gate(), AlertPlans.NOW);
                String sent = server.requests().get(0);
                exchange.path("request")
                        .asText()
                        .lines()
                        .forEach(line ->
                                assertTrue(sent.lines().anyMatch(line::equals), () -> line + "\nis not in\n" + sent));
                assertEquals(answer.path("is").asText("OK"), reading.status().name(), () -> answer + " " + reading);
                assertEquals(answer.path("fires").asDouble(Double.NaN), reading.value(), () -> answer + " " + reading);
                assertTrue(
                        reading.detail().contains(answer.path("says").asText().replace("URL", url)),
                        () -> answer + " " + reading);
                assertFalse(reading.detail().contains("secret-"), reading.detail());
                assertEquals(1, server.requests().size(), "the rule and the gate share the answer");
            }
        }
    }

    @Test
    void firingFailsSilentPassesAndNoAnswerHolds() throws Exception {
        try (RawServer server = RawServer.json("[" + alert("ShopErrors", "2026-02-01T10:02:00Z") + "]")) {
            AlertPlans rollout = AlertPlans.open(MATCH.formatted(server.uri()), AlertPlans.BEGAN);
            Check check = rollout.check(rollout.gate(), AlertPlans.NOW);
            assertEquals(CheckOutcome.FAIL, check.outcome());
            String at = server.uri().toString().replace("http://", "");
            assertEquals("alerts service=\"shop\" at " + at + " silent", check.criterion());
            assertEquals(
                    "alerts service=\"shop\" at " + at + ": an alert fires: ShopErrors since 2026-02-01T10:02:00Z",
                    check.says());
            assertEquals(
                    CheckOutcome.FAIL,
                    rollout.check(rollout.rule(), AlertPlans.NOW).outcome());
        }
        try (RawServer server = RawServer.json("[]")) {
            AlertPlans rollout = AlertPlans.open(MATCH.formatted(server.uri()), AlertPlans.BEGAN);
            Check check = rollout.check(rollout.gate(), AlertPlans.NOW);
            assertEquals(CheckOutcome.PASS, check.outcome());
            assertTrue(check.says().endsWith(": no alert fires"), check.says());
        }
        AlertPlans gone = AlertPlans.open(MATCH.formatted("http://127.0.0.1:1"), AlertPlans.BEGAN);
        assertEquals(
                CheckOutcome.UNAVAILABLE,
                gone.check(gone.gate(), AlertPlans.NOW).outcome());
        assertEquals(
                CheckOutcome.UNAVAILABLE,
                gone.check(gone.rule(), AlertPlans.NOW).outcome());
    }

    @Test
    void anAlertFromBeforeTheRolloutFailsTheGateAndAbortsNothing() throws Exception {
        String old = alert("DiskFull", "2026-02-01T09:00:00Z");
        try (RawServer server = RawServer.json("[" + old + "]")) {
            AlertPlans rollout = AlertPlans.open(MATCH.formatted(server.uri()), AlertPlans.BEGAN);
            assertEquals(
                    CheckOutcome.FAIL,
                    rollout.check(rollout.gate(), AlertPlans.NOW).outcome());
            Check rule = rollout.check(rollout.rule(), AlertPlans.NOW);
            assertEquals(CheckOutcome.PASS, rule.outcome());
            assertTrue(
                    rule.says()
                            .endsWith(
                                    ": no alert fires that began after the rollout; from before the rollout: DiskFull since"
                                            + " 2026-02-01T09:00:00Z"),
                    rule.says());
            AlertPlans unknown = AlertPlans.open(MATCH.formatted(server.uri()), null);
            assertEquals(
                    CheckOutcome.FAIL,
                    unknown.check(unknown.rule(), AlertPlans.NOW).outcome());
            AlertPlans strict = AlertPlans.open(MATCH.formatted(server.uri()) + ", existing: fail", AlertPlans.BEGAN);
            assertEquals(strict.gate(), strict.rule());
            assertEquals(
                    CheckOutcome.FAIL,
                    strict.check(strict.rule(), AlertPlans.NOW).outcome());
        }
        try (RawServer server = RawServer.json("[" + old + "," + alert("ShopErrors", "2026-02-01T10:01:00Z") + "]")) {
            AlertPlans rollout = AlertPlans.open(MATCH.formatted(server.uri()), AlertPlans.BEGAN);
            Check rule = rollout.check(rollout.rule(), AlertPlans.NOW);
            assertEquals(CheckOutcome.FAIL, rule.outcome());
            assertEquals(1, rule.value());
        }
    }

    @Test
    void ofThousandsOfAlertsAFewAreNamed() throws Exception {
        String all = IntStream.range(0, 5_000)
                .mapToObj(i -> alert("A" + "x".repeat(70) + i, "2026-02-01T10:02:00Z"))
                .collect(Collectors.joining(",", "[", "]"));
        try (RawServer server = RawServer.json(all)) {
            AlertPlans rollout = AlertPlans.open(MATCH.formatted(server.uri()), AlertPlans.BEGAN);
            Reading reading = rollout.read(rollout.gate(), AlertPlans.NOW);
            assertEquals(5_000, reading.value());
            assertTrue(reading.detail().endsWith("; and 4997 more"), reading.detail());
            assertTrue(reading.detail().length() < 400, reading.detail());
        }
    }

    @Test
    void pagesAreReadToTheirEndOrNotAtAll() throws Exception {
        AtomicInteger pages = new AtomicInteger(2);
        AtomicInteger asked = new AtomicInteger();
        try (RawServer server = new RawServer((socket, out) -> {
            String body = """
                    {"groups": [{"monitor_name": "M%d", "group_tags": ["service:shop"]}], "metadata": {"page": %<d, "page_count": %d}}
                    """.formatted(asked.getAndIncrement(), pages.get());
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                    .getBytes(StandardCharsets.UTF_8));
        })) {
            String alerts =
                    "datadog: \"" + server.uri() + "\", apiKey: \"env:A\", appKey: \"env:B\", match: { service: shop }";
            AlertPlans rollout = AlertPlans.open(alerts, null);
            assertEquals(2, rollout.read(rollout.gate(), AlertPlans.NOW).value());
            asked.set(0);
            pages.set(1_000);
            Reading many = rollout.read(rollout.gate(), AlertPlans.NOW);
            assertEquals(Reading.Status.UNAVAILABLE, many.status());
            assertTrue(many.detail().contains("more alerts fire than the 10 pages"), many.detail());
            assertEquals(10, asked.get());
        }
    }

    @Test
    void aServerThatAsksToWaitIsLeftAlone() throws Exception {
        try (RawServer server = RawServer.of("429 Too Many Requests\nRetry-After: 60", "")) {
            AlertPlans rollout = AlertPlans.open(MATCH.formatted(server.uri()), null);
            rollout.read(rollout.gate(), AlertPlans.NOW);
            Reading second = rollout.read(rollout.gate(), AlertPlans.NOW.plusSeconds(15));
            assertTrue(second.detail().contains("is asked again at 2026-02-01T10:06:00Z"), second.detail());
            assertEquals(1, server.requests().size());
            rollout.read(rollout.gate(), AlertPlans.NOW.plusSeconds(61));
            assertEquals(2, server.requests().size());
        }
    }

    @Test
    void datadogsPagesForPeopleFollowFromItsApi() {
        assertEquals(new DatadogMonitors("https://app.datadoghq.eu"), DatadogMonitors.at("https://api.datadoghq.eu"));
        assertEquals(
                new DatadogMonitors("https://us3.datadoghq.com"), DatadogMonitors.at("https://api.us3.datadoghq.com"));
        assertEquals(new DatadogMonitors(null), DatadogMonitors.at("http://proxy:8080"));
    }

    @Test
    void otherServersAreOtherMetricsAndEveryNameIsReadAgain() throws Exception {
        AlertPlans one =
                AlertPlans.open("alertmanager: \"http://a:1\", match: 'alertname=~\"Shop(Errors|Slow)\"'", null);
        AlertPlans other =
                AlertPlans.open("alertmanager: \"http://b:1\", match: 'alertname=~\"Shop(Errors|Slow)\"'", null);
        assertNotEquals(one.gate().metric(), other.gate().metric());
        Metric metric = one.gate().metric();
        assertEquals(metric, Metric.parse(metric.key()));
    }

    @Test
    void aGermanReaderIsToldInGerman() {
        MessageCatalog german = MessageCatalog.of(Locale.GERMAN);
        assertEquals(
                "Alarme service=\"shop\" at a:9093 still",
                german.translate("alerts service=\"shop\" at a:9093 silent"));
        assertEquals(
                "Alarme service=\"shop\": 2 Alarme sind ausgelöst: A since 2026-02-01T09:00:00Z; und 7 weitere; von vor dem Rollout: B",
                german.translate(
                        "alerts service=\"shop\": 2 alerts fire: A since 2026-02-01T09:00:00Z; and 7 more; from before the rollout: B"));
    }

    @Test
    void whatIsWrongIsSaidWhereItIs() {
        assertSays("match: { service: shop }", "nobody is named who knows the alerts", "add alertmanager");
        assertSays("alertmanager: \"http://a\"", "'match' is missing", "{ service: shop }");
        assertSays("alertmanager: \"http://a\", match: {}", "every alert would count");
        assertSays("alertmanager: \"http://a\", match: 'service=shop'", "are no label matchers");
        assertSays("alertmanager: \"http://a\", match: 'a=~\"(\"'", "are no label matchers");
        assertSays("alertmanager: \"http://a\", match: { a: \"{{track}}\" }", "nothing stands for {{track}}");
        assertSays("alertmanager: \"http://a\", grafana: \"http://b\", match: { a: b }", "asked of one server");
        assertSays("datadog: \"http://a\", match: { a: b }", "'apiKey' is missing", "'appKey' is missing");
        assertSays("grafana: \"http://a\", apiKey: \"env:A\", match: { a: b }", "apiKey is a key of Datadog");
        assertSays("alertmanager: \"http://a/{{target}}\", match: { a: b }", "alertmanager");
        assertSays("alertmanager: \"http://a\", match: { a: b }, existing: never", "existing");
        assertSays(
                "alertmanager: \"http://a\", match: { a: b } }, max: 3, x: { a: b",
                "a criterion with alerts has no max");
    }

    private static void assertSays(String alerts, String... parts) {
        PlanReader.Result result = PlanReader.check(AlertPlans.text(alerts));
        assertNull(result.plan());
        for (String part : parts) {
            assertTrue(
                    result.problems().toString().contains(part),
                    () -> result.problems().toString());
        }
    }
}

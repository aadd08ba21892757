package io.jenkins.plugins.canary.engine.metric.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.testing.EvidenceServers;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.testing.PrometheusProcess;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alerts of a real Alertmanager and of a real Prometheus; skipped by name without. */
class AlertsOnServersTest {

    @TempDir
    Path dir;

    private static void post(URI to, String body) throws Exception {
        EvidenceServers.post(to, "application/json", body);
    }

    private static Reading read(AlertPlans rollout) {
        return rollout.read(rollout.gate(), Instant.now());
    }

    @Test
    void alertmanagerSilencesAndInhibits() throws Exception {
        try (ServerProcess server = EvidenceServers.alertmanager(
                dir,
                "[ { source_matchers: [ 'alertname=\"DatacenterDown\"' ], target_matchers: [ 'service=\"shop\"' ] } ]")) {
            AlertPlans rollout = AlertPlans.open(
                    "alertmanager: \"" + server.uri() + "\", match: 'service=\"shop\", alertname=~\"Shop.*\"'",
                    Instant.now());
            URI alerts = server.uri().resolve("/api/v2/alerts");
            assertEquals(Reading.of(0).withDetail("no alert fires"), read(rollout));
            post(alerts, """
                    [ {"labels": {"alertname": "ShopErrors", "service": "shop"}, "startsAt": "2026-01-01T00:00:00Z",
                       "generatorURL": "http://prometheus/graph"},
                      {"labels": {"alertname": "OtherErrors", "service": "other"}} ]
                    """);
            Reading firing = read(rollout);
            assertEquals(1, firing.value());
            assertEquals(
                    "an alert fires: ShopErrors since 2026-01-01T00:00:00Z, http://prometheus/graph", firing.detail());
            assertEquals(0, rollout.read(rollout.rule(), Instant.now()).value(), "it is older than the rollout");

            post(server.uri().resolve("/api/v2/silences"), """
                    {"matchers": [ {"name": "alertname", "value": "ShopErrors", "isRegex": false} ], "startsAt": "%s",
                     "endsAt": "%s", "createdBy": "ops", "comment": "known"}
                    """.formatted(
                            Instant.now(), Instant.now().plusSeconds(600)));
            assertEquals(0, read(rollout).value(), "a silenced alert does not count");

            post(alerts, "[ {\"labels\": {\"alertname\": \"ShopSlow\", \"service\": \"shop\"}} ]");
            assertEquals(1, read(rollout).value());
            assertEquals(1, rollout.read(rollout.rule(), Instant.now()).value());
            post(alerts, "[ {\"labels\": {\"alertname\": \"DatacenterDown\"}} ]");
            assertEquals(0, read(rollout).value(), "an inhibited alert does not count");

            server.kill();
            assertEquals(Reading.Status.UNAVAILABLE, read(rollout).status());
        }
    }

    @Test
    void prometheusRules() throws Exception {
        Files.writeString(dir.resolve("rules.yml"), """
                groups:
                  - name: shop
                    interval: 1s
                    rules:
                      - { alert: ShopDown, expr: vector(1), labels: { service: shop } }
                      - { alert: ShopSlow, expr: vector(1), for: 1h, labels: { service: shop } }
                """);
        try (ServerProcess server = PrometheusProcess.start("rule_files: [ rules.yml ]\n", dir)) {
            String asked = "prometheus: \"" + server.uri() + "\", match: { service: shop }";
            AlertPlans rollout = AlertPlans.open(asked, null);
            Poll.until("the rule fires", () -> read(rollout).value() > 0);
            Reading reading = read(rollout);
            assertEquals(1, reading.value(), "one fires, one is pending: " + reading);
            assertTrue(reading.detail().startsWith("an alert fires: ShopDown since 20"), reading.detail());
            assertTrue(reading.detail().endsWith(", " + server.uri() + "/alerts?search=ShopDown"), reading.detail());
            AlertPlans later = AlertPlans.open(asked, Instant.now().plusSeconds(60));
            assertEquals(0, later.read(later.rule(), Instant.now()).value());
        }
    }
}

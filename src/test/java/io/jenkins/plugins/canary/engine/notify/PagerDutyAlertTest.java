package io.jenkins.plugins.canary.engine.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.rollout.EventNames;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import java.beans.Introspector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Held against the reference of PagerDuty's Events API v2, and sent over real HTTP. */
class PagerDutyAlertTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private static Notice notice(Topic topic, String kind, Tone tone, String text) {
        return new Notice(
                "r-1/" + kind + "/1",
                topic,
                kind,
                tone,
                Instant.parse("2026-02-01T10:00:00Z").toEpochMilli(),
                new Notice.Rollout("r-1", "api-gateway", "v2", "shop/api #7", "https://ci.example/canary/"),
                null,
                text,
                new Notice.Standing(Status.ROLLING_BACK, "Ramp 1", Weight.ofPercent(5)));
    }

    private static final Notice BAD =
            notice(Topic.ROLLBACK, "rollbackIntended", Tone.BAD, "Abort rule fired, rolling back: error-rate 4%");
    private static final Notice ENDED = notice(Topic.ENDED, "ended", Tone.BAD, "Rolled back");

    private static Secrets.Ref ref(String name) {
        return new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, name);
    }

    @Test
    void triggersAndResolvesAsTheReferenceSays() throws Exception {
        assertEquals(
                JSON.readTree("""
                {
                  "routing_key": "0123456789abcdef0123456789abcdef",
                  "event_action": "trigger",
                  "dedup_key": "canary-release/r-1",
                  "client": "Canary Release",
                  "client_url": "https://ci.example/canary/",
                  "links": [ { "href": "https://ci.example/canary/", "text": "Gate page" } ],
                  "payload": {
                    "summary": "api-gateway v2: Abort rule fired, rolling back: error-rate 4%",
                    "source": "shop/api #7",
                    "severity": "critical",
                    "timestamp": "2026-02-01T10:00:00Z",
                    "component": "api-gateway",
                    "class": "rollbackIntended",
                    "custom_details": {
                      "rollout": "r-1", "version": "v2", "status": "rolling_back", "phase": "Ramp 1", "weight": "5%",
                      "by": null
                    }
                  }
                }"""),
                JSON.readTree(PagerDutyAlert.body(KEY, BAD, 0).toString()));
        assertEquals(
                JSON.readTree("{\"routing_key\":\"" + KEY
                        + "\",\"event_action\":\"resolve\",\"dedup_key\":\"canary-release/r-1\"}"),
                JSON.readTree(PagerDutyAlert.body(KEY, ENDED, 0).toString()));
        Notice router = notice(Topic.TROUBLE, "routerFailed", Tone.BAD, "x".repeat(5_000));
        JsonNode payload = PagerDutyAlert.body(KEY, router, 2).path("payload");
        assertEquals("error", payload.path("severity").asText());
        assertEquals(1_024, payload.path("summary").asText().length(), "what the reference allows");
        assertEquals(2, payload.at("/custom_details/left_out").asInt());
    }

    @Test
    void oneAlertOpensAndIsOverWhenTheRolloutGoesOn() {
        PagerDutyAlert alert = new PagerDutyAlert(Set.of(Topic.TROUBLE, Topic.ROLLBACK));
        Notice shifted = notice(Topic.PROGRESS, "shiftApplied", Tone.PLAIN, "");
        assertTrue(alert.takes(shifted), "an alert of before a restart may be open");
        assertFalse(alert.takes(shifted));
        assertFalse(alert.takes(notice(Topic.TRAFFIC, "trafficShareDiffers", Tone.BAD, "")), "nobody asked for it");
        assertFalse(alert.takes(notice(Topic.TROUBLE, "warned", Tone.WAITING, "")), "nobody gets up for a warning");
        assertFalse(alert.takes(shifted));
        assertTrue(alert.takes(notice(Topic.TROUBLE, "routerFailed", Tone.BAD, "")));
        assertTrue(alert.takes(shifted));
        assertTrue(alert.takes(BAD));
        assertTrue(alert.takes(ENDED), "traffic is back on stable");
        assertEquals(
                Set.of(),
                PagerDutyAlert.OVER.stream()
                        .filter(kind -> Arrays.stream(EventNames.class
                                        .getAnnotation(JsonSubTypes.class)
                                        .value())
                                .noneMatch(
                                        e -> Introspector.decapitalize(e.value().getSimpleName())
                                                .equals(kind)))
                        .collect(Collectors.toSet()),
                "each is an event");
    }

    /** The key is nowhere but in the body: not in the log, not on pages. */
    @Test
    void rolloutThatIsRolledBackOpensAndClosesItsAlert() throws Exception {
        NoticeSender.Pace quick = new NoticeSender.Pace(
                Duration.ofMillis(1), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(100), 4);
        try (HookServer server = new HookServer(429, 202, 202);
                NoticeSender sender = new NoticeSender(quick, InstantSource.system(), null)) {
            Receiver webhook = new Receiver(Receiver.Format.PAGERDUTY, ref("URL"), ref("KEY"), Set.of(Topic.ROLLBACK));
            Notifier notifier;
            try (FakeRelease release = FakeRelease.seed()) {
                notifier = new Notifier(release.run().plan(), null)
                        .also(
                                sender,
                                List.of(webhook),
                                ref -> ref.name().equals("KEY")
                                        ? KEY
                                        : server.url().toString(),
                                AddressPolicy.UNRESTRICTED);
                notifier.follow(release.run());
                release.pass(2, 0);
                release.run().command(new Input.RollBack("ada", "it is slow"));
                release.pass(1, 0);
            }
            assertTrue(sender.drain(Duration.ofSeconds(20)));
            List<String> actions = new ArrayList<>();
            for (HookServer.Got got = server.next(1); got != null; got = server.next(1)) {
                JsonNode body = JSON.readTree(got.body());
                assertEquals(KEY, body.path("routing_key").asText());
                actions.add(body.path("event_action").asText());
            }
            assertEquals(List.of("resolve", "resolve", "trigger", "resolve"), actions, "429 is tried again");
            assertEquals(List.of(), notifier.failedDeliveries().rows());
        }
        try (HookServer server = new HookServer(400);
                NoticeSender sender = new NoticeSender(quick, InstantSource.system(), null)) {
            Receiver receiver = new Receiver(Receiver.Format.PAGERDUTY, null, ref("KEY"), Topic.USUAL);
            Address to = new Address(receiver, "env:KEY", server.url(), KEY, AddressPolicy.UNRESTRICTED);
            FailedDeliveries failed = new FailedDeliveries(() -> {});
            sender.hand(to, BAD, failed);
            assertTrue(sender.drain(Duration.ofSeconds(20)));
            assertEquals(
                    "Notification pagerduty env:KEY: not delivered, 1 try, it answered 400: check the routing key",
                    FailedDeliveries.words(failed.rows().get(0)));
        }
    }
}

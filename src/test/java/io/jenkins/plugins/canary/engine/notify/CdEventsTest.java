package io.jenkins.plugins.canary.engine.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Held against the specification, CDEvents 0.5.1 with its binding to CloudEvents, and sent over real HTTP. */
class CdEventsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Notice notice(String kind, Status status, String page) {
        return new Notice(
                "r-1/" + kind + "/1",
                Topic.ENDED,
                kind,
                Tone.PLAIN,
                Instant.parse("2026-02-01T10:00:00Z").toEpochMilli(),
                new Notice.Rollout("r-1", "api gateway", "v2+7", "shop/api #7", page),
                null,
                "Rolled back",
                new Notice.Standing(status, "Ramp 1", Weight.ofPercent(5)));
    }

    private static List<String> types(String kind, Status status, boolean watched) {
        return CdEvents.of(notice(kind, status, null), watched).stream()
                .map(Notice::kind)
                .toList();
    }

    @Test
    void eventsAreThoseThatTheSpecificationHas() {
        String started = "dev.cdevents.taskrun.started.0.3.0";
        String finished = "dev.cdevents.taskrun.finished.0.3.0";
        String upgraded = "dev.cdevents.service.upgraded.0.3.0";
        String rolledBack = "dev.cdevents.service.rolledback.0.3.0";
        assertEquals(List.of(started), types("started", Status.WATCHING, false));
        assertEquals(List.of(upgraded, finished), types("ended", Status.PROMOTED, false));
        assertEquals(List.of(upgraded), types("watchStarted", Status.ON_WATCH, true));
        assertEquals(List.of(finished), types("ended", Status.PROMOTED, true), "upgraded when the watch began");
        assertEquals(List.of(rolledBack, finished), types("ended", Status.ROLLED_BACK, true));
        assertEquals(List.of(finished), types("ended", Status.FAILED, false));
        assertEquals(List.of(), types("routerFailed", Status.SHIFTING, false));
    }

    @Test
    void serviceAndTaskRunAreWrittenAsTheSpecificationSays() throws Exception {
        String page = "https://ci.example/canary/r-1/";
        List<Notice> ended = CdEvents.of(notice("ended", Status.ROLLED_BACK, page), false);
        String id = "r-1/ended/1/dev.cdevents.service.rolledback.0.3.0";
        assertEquals(
                JSON.readTree("""
                {
                  "specversion": "1.0", "id": "%1$s", "source": "%2$s", "type": "dev.cdevents.service.rolledback.0.3.0",
                  "subject": "api gateway", "time": "2026-02-01T10:00:00Z", "datacontenttype": "application/json",
                  "data": {
                    "context": {
                      "specversion": "0.5.1", "id": "%1$s", "chainId": "r-1", "source": "%2$s",
                      "type": "dev.cdevents.service.rolledback.0.3.0", "timestamp": "2026-02-01T10:00:00Z"
                    },
                    "subject": {
                      "id": "api gateway", "source": "%2$s",
                      "content": { "artifactId": "pkg:generic/api%%20gateway", "environment": { "id": "production" } }
                    },
                    "customData": {
                      "version": "v2+7", "status": "rolled_back", "phase": "Ramp 1", "weight": 5.0, "by": null,
                      "text": "Rolled back"
                    }
                  }
                }""".formatted(id, page)),
                JSON.readTree(CdEvents.body(ended.get(0), "production").toString()));
        JsonNode task = CdEvents.body(ended.get(1), "production").at("/data/subject");
        assertEquals(JSON.readTree("""
                {
                  "id": "r-1", "source": "https://ci.example/canary/r-1/",
                  "content": {
                    "taskName": "api gateway", "uri": "https://ci.example/canary/r-1/", "outcome": "failure",
                    "pipelineRun": { "id": "shop/api #7" }, "errors": "Rolled back"
                  }
                }"""), task);
        Notice upgraded =
                CdEvents.of(notice("ended", Status.PROMOTED, null), false).get(0);
        JsonNode event = CdEvents.body(upgraded, "production");
        assertEquals(
                "pkg:generic/api%20gateway@v2%2B7",
                event.at("/data/subject/content/artifactId").asText());
        assertEquals("canary-release/r-1", event.path("source").asText(), "a URI reference where there is no page");
    }

    @Test
    void rolloutIsToldAsCloudEventsWhoseIdsOutliveRetries() throws Exception {
        NoticeSender.Pace quick = new NoticeSender.Pace(
                Duration.ofMillis(1), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(100), 4);
        List<String> told = new ArrayList<>();
        try (HookServer server = new HookServer(503);
                NoticeSender sender = new NoticeSender(quick, InstantSource.system(), null)) {
            Secrets.Ref url = new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "EVENTS");
            Receiver receiver = new Receiver(Receiver.Format.CDEVENTS, url, null, "production", List.of(), Topic.USUAL);
            try (FakeRelease release = FakeRelease.seed()) {
                new Notifier(release.run().plan(), null)
                        .also(sender, List.of(receiver), ref -> server.url().toString(), AddressPolicy.UNRESTRICTED)
                        .follow(release.run());
                release.pass(2, 0);
                release.run().command(new Input.RollBack("ada", "it is slow"));
                release.pass(1, 0);
            }
            assertEquals(true, sender.drain(Duration.ofSeconds(20)));
            for (HookServer.Got got = server.next(1); got != null; got = server.next(1)) {
                assertEquals(
                        "application/cloudevents+json; charset=utf-8",
                        got.headers().getFirst("Content-Type"));
                JsonNode body = JSON.readTree(got.body());
                told.add(body.path("id").asText());
            }
        }
        assertEquals(told.get(0), told.get(1), "503 is tried again with the same id");
        assertEquals(
                List.of("service.rolledback", "service.rolledback", "taskrun.finished"),
                told.stream()
                        .map(id -> id.replaceAll(".*dev\\.cdevents\\.(\\w+\\.\\w+)\\..*", "$1"))
                        .toList());
    }
}

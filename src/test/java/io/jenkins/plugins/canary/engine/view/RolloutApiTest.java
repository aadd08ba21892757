package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolloutApiTest {

    private static final Person BOB = new Person("bob", Set.of("release-managers"), true, true, true);
    private static final Person EVE = Person.reader("eve");

    private final FakeRelease release = FakeRelease.seed().pass(2, 0);
    private final RolloutApi api = release.api();

    private JsonNode get(String since, String generation) throws Exception {
        return new ObjectMapper().readTree(api.rollout(since, generation, BOB));
    }

    private Refusal refused(String action, Map<String, String> fields, Person person) {
        return assertThrows(Refusal.class, () -> api.act(action, fields, person));
    }

    @Test
    void answersWithWordsAndNumbersAsDocumented() throws Exception {
        JsonNode a = get(null, null);
        assertEquals("WATCHING", a.get("status").asText());
        assertEquals(5.0, a.get("weight").asDouble());
        assertEquals("ratio", a.at("/criteria/0/unit").asText());
        assertEquals("success-rate canary 1m", a.at("/criteria/0/series").asText());
        assertEquals("started", a.at("/events/0/kind").asText());
        assertEquals("alice", a.at("/events/0/by").asText());
        assertEquals(8, a.at("/series/points/times").size());
        assertEquals(
                a.at("/series/metrics").size(), a.at("/series/points/canary").size());
    }

    @Test
    void translatesItsSentencesForAReaderOfAnotherLanguage() throws Exception {
        JsonNode english = get("", "");
        JsonNode german = new ObjectMapper().readTree(api.rollout("", "", "de-AT", BOB));
        JsonNode translations = german.get("translations");
        assertEquals(
                "Phase Initial wird beobachtet bei 5%",
                translations.get(german.get("says").asText()).asText());
        assertFalse(translations.has("alice"), "names stay");
        assertEquals(english, ((ObjectNode) german).without("translations"));
        assertEquals(english, new ObjectMapper().readTree(api.rollout("", "", "", BOB)));
        assertEquals(
                0,
                new ObjectMapper()
                        .readTree(api.rollout("", "", "fr", BOB))
                        .get("translations")
                        .size());
    }

    @Test
    void refusesNumbersThatAreNone() {
        for (String bad : List.of("x", "1.5", "-2", "99999999999999999999", "1;drop")) {
            Refusal r = assertThrows(Refusal.class, () -> api.rollout(bad, null, BOB));
            assertEquals(400, r.status());
            assertTrue(r.getMessage().startsWith("since is a"), r.getMessage());
        }
    }

    @Test
    void peopleDoWhatTheyMayAndNothingElse() throws Exception {
        for (String action : List.of("hold", "release", "promote", "rollback", "approve", "reject")) {
            assertEquals(403, refused(action, Map.of(), EVE).status(), action);
        }
        assertEquals(
                403,
                refused("tick", Map.of("checklist", "redis-ready", "item", "x"), EVE)
                        .status());
        assertEquals(Status.WATCHING, release.answer().standing().status());
        api.act("hold", Map.of("reason", " on-call asked "), BOB);
        assertEquals("on-call asked", release.answer().pending().hold().reason());
        assertEquals("bob", release.answer().pending().hold().by());
        assertEquals(409, refused("hold", Map.of(), BOB).status());
        api.act("release", Map.of(), BOB);
        assertEquals(Status.WATCHING, release.answer().standing().status());
    }

    @Test
    void promotesToThePhaseThatIsNamed() throws Exception {
        Refusal early = refused("promote", Map.of("to", "1"), BOB);
        assertEquals(409, early.status());
        assertTrue(early.getMessage().contains("has not passed"), early.getMessage());
        Refusal mute = refused("promote", Map.of("to", "Ramp 2", "override", "true", "reason", " "), BOB);
        assertEquals(409, mute.status());
        assertTrue(mute.getMessage().contains("wants a reason"), mute.getMessage());
        api.act("promote", Map.of("to", "Ramp 2", "override", "true", "reason", "the errors are a test run's"), BOB);
        assertTrue(
                release.answer().history().events().stream()
                        .anyMatch(
                                e -> "bob".equals(e.by())
                                        && e.text()
                                                .equals(
                                                        "Phase Ramp 2 requested without waiting for the gate: the errors are a test run's")));
        assertEquals(250, release.pass(0, 1).answer().standing().weight().tenths());
        assertEquals(400, refused("promote", Map.of("to", "9"), BOB).status());
        Refusal unnamed = refused("promote", Map.of(), BOB);
        assertEquals(400, unnamed.status());
        assertTrue(
                unnamed.getMessage().startsWith("the field to is missing: name the phase, one of "),
                unnamed.getMessage());
        assertEquals(400, refused("promote", Map.of("to", "Nowhere"), BOB).status());
    }

    @Test
    void ticksAndWithdrawsItems() throws Exception {
        Map<String, String> drill = Map.of("checklist", "redis-ready", "item", "Failover drill done");
        api.act("tick", drill, BOB);
        assertEquals(
                "bob",
                release.answer().progress().checklists().get(0).items().get(1).by());
        api.act("withdraw", drill, BOB);
        assertTrue(release.answer().progress().checklists().get(0).items().stream()
                .noneMatch(RolloutStatusResponse.ItemRow::ticked));
        assertEquals(
                "the field item is missing",
                refused("tick", Map.of("checklist", "a"), BOB).getMessage());
        Refusal unknown = refused("tick", Map.of("checklist", "redis-ready", "item", "Made up"), BOB);
        assertEquals(404, unknown.status());
        assertTrue(
                unknown.getMessage().contains("it has 'Managed Redis with HA, TLS and AUTH', 'Failover drill done'"));
        assertEquals(
                "the plan has no checklist redis; it has redis-ready",
                refused("tick", Map.of("checklist", "redis", "item", "Made up"), BOB)
                        .getMessage());
    }

    @Test
    void rollsBackWithTheReasonGiven() throws Exception {
        api.act("rollback", Map.of("reason", "customers complain"), BOB);
        RolloutStatusResponse a = release.pass(0, 15).answer();
        assertEquals("customers complain", a.standing().reason());
        assertEquals(409, refused("rollback", Map.of(), BOB).status());
    }

    @Test
    void refusesWhatItDoesNotKnowOrCannotKeep() {
        assertEquals(404, refused("explode", Map.of(), BOB).status());
        assertEquals(
                400, refused("hold", Map.of("reason", "x".repeat(2_001)), BOB).status());
    }

    @Test
    void aRolloutThatIsNotUnderWayHereCanOnlyBeLookedAt() throws Exception {
        RolloutApi old = new RolloutApi(release.view(), null, () -> 0);
        assertEquals(
                409,
                assertThrows(Refusal.class, () -> old.act("hold", Map.of(), BOB))
                        .status());
        assertEquals(
                0,
                new ObjectMapper()
                        .readTree(old.rollout("", "", BOB))
                        .get("actions")
                        .size());
    }

    /** A browser or a proxy that sends a request twice must not decide on what nobody has seen yet. */
    @Test
    void aDecisionThatIsSentTwiceDecidesOnOnePhaseOnly() throws Exception {
        FakeRelease two = FakeRelease.inMemory(PlanReader.read("""
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                gate: [ { metric: success-rate, min: 95% } ]
                phases:
                  - { name: Initial, weight: 5, hold: 1m, approval: {} }
                  - { name: Half, weight: 50, hold: 1m, approval: {} }
                  - { name: Full, weight: 100, hold: 1m }
                """), AdvanceMode.AUTOMATIC)
                .pass(3, 0);
        RolloutApi decide = two.api();
        assertEquals(Status.AWAITING_APPROVAL, two.answer().standing().status());
        Refusal unnamed = assertThrows(Refusal.class, () -> decide.act("approve", Map.of(), BOB));
        assertEquals(400, unnamed.status());
        assertEquals("the field phase is missing: name the phase, one of Initial, Half, Full", unnamed.getMessage());
        decide.act("approve", Map.of("phase", "Initial"), BOB);
        two.pass(3, 0);
        assertEquals(Status.AWAITING_APPROVAL, two.answer().standing().status());
        assertEquals("Half", two.answer().pending().approval().phase());
        for (String again : List.of("approve", "reject")) {
            Refusal refused = assertThrows(Refusal.class, () -> decide.act(again, Map.of("phase", "Initial"), BOB));
            assertEquals(409, refused.status());
            assertEquals(
                    "phase Initial is not the one to be decided on: the rollout is in phase Half",
                    refused.getMessage());
        }
        assertEquals("Half", two.answer().pending().approval().phase(), "still asked");
        decide.act("approve", Map.of("phase", "1"), BOB);
        assertEquals(Status.WATCHING, two.pass(0, 30).answer().standing().status());
    }
}

package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two people must agree, neither of whom started it or committed: what the API shows, takes and refuses. */
class ApprovalApiTest {

    private static final String PLAN = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:1", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            gate: [ { metric: success-rate, min: 95% } ]
            phases:
              - name: Half
                weight: 50
                hold: 1m
                approval: { min: 2, by: [group:ops], notBy: [starter, committers], requireComment: true }
              - { name: Full, weight: 100, hold: 1m }
            """;

    @TempDir
    private Path dir;

    private Path journal;
    private FakeRelease release;

    @BeforeEach
    void waits() throws Exception {
        journal = dir.resolve("api.jsonl");
        release = FakeRelease.inFile(PlanReader.read(PLAN), journal).pass(3, 0);
        assertEquals(Status.AWAITING_APPROVAL, release.answer().standing().status());
    }

    private static Person manager(String user) {
        return new Person(user, Set.of("group:ops"), true, false, false);
    }

    private JsonNode seenBy(Person person) throws Exception {
        return new ObjectMapper().readTree(release.api().rollout("", "", person));
    }

    private Refusal refused(Person person, Map<String, String> fields) {
        return assertThrows(Refusal.class, () -> release.api().act("approve", fields, person));
    }

    private void approve(String user) throws Exception {
        release.api().act("approve", Map.of("phase", "Half", "comment", "fine"), manager(user));
    }

    @Test
    void showsWhoHasAgreedAndWhyTheReaderMayNot() throws Exception {
        JsonNode phases = seenBy(manager("dee")).get("phases");
        assertEquals(2, phases.get(0).at("/approval/min").intValue());
        assertEquals("committers", phases.get(0).at("/approval/notBy/1").textValue());
        assertNull(phases.get(1).get("approval"));
        assertEquals(
                "[\"approve\",\"reject\"]",
                seenBy(manager("dee")).get("actions").toString());
        approve("dee");
        JsonNode approval = seenBy(manager("dee")).get("approval");
        assertEquals("AGREED", approval.get("ineligible").textValue());
        assertEquals("dee", approval.at("/agreements/0/by").textValue());
        assertEquals("fine", approval.at("/agreements/0/comment").textValue());
        assertEquals(
                "[\"reject\",\"withdrawApproval\"]",
                seenBy(manager("dee")).get("actions").toString());
        assertEquals(
                "STARTER", seenBy(manager("alice")).at("/approval/ineligible").textValue());
        assertEquals("[\"reject\"]", seenBy(manager("alice")).get("actions").toString());
        assertEquals(
                "COMMITTER", seenBy(manager("carol")).at("/approval/ineligible").textValue());
        assertEquals(
                "NOT_NAMED",
                seenBy(Person.allowedAll("zoe")).at("/approval/ineligible").textValue());
        assertEquals(
                "NO_PERMISSION",
                seenBy(Person.reader("eve")).at("/approval/ineligible").textValue());
        assertNull(seenBy(manager("fay")).get("approval").get("ineligible"));
        assertEquals(
                "The gate passed; 1 of 2 people have agreed: dee; may be approved by group:ops",
                release.answer().standing().reason());
    }

    @Test
    void refusesWith403WhoMayNotAndSaysWhoMay() {
        Map<String, String> yes = Map.of("phase", "Half", "comment", "fine");
        assertEquals(
                "alice may not approve phase Half, having started this rollout; it may be approved by group:ops",
                refused(manager("alice"), yes).getMessage());
        assertEquals(403, refused(manager("alice"), yes).status());
        assertEquals(403, refused(manager("carol"), yes).status());
        assertEquals(403, refused(Person.allowedAll("zoe"), yes).status());
        Refusal silent = refused(manager("dee"), Map.of("phase", "Half"));
        assertEquals(409, silent.status());
        assertEquals("phase Half wants a comment with the decision: say in the field comment why", silent.getMessage());
    }

    @Test
    void aRefusalNamesWhoIsOnTheListsWithinBounds() {
        List<String> many = IntStream.range(0, 12).mapToObj(i -> "user:u" + i).toList();
        Person zoe = new Person("zoe", Set.of(), true, false, false, Map.of("group:ops", many));
        String refused =
                refused(zoe, Map.of("phase", "Half", "comment", "fine")).getMessage();
        assertEquals(
                "zoe may not approve phase Half; it may be approved by group:ops; on the list group:ops are user:u0, user:u1,"
                        + " user:u2, user:u3, user:u4, user:u5, user:u6, user:u7, user:u8, user:u9 and 2 others",
                refused);
        assertEquals(
                "; on the list a are x; on the list b are y",
                listed("a", "x", "b", "y").membersOf(List.of("a", "user:u", "b")));
        assertEquals("", listed("a", "x", "b", "y").membersOf(List.of("user:u")));
    }

    private static Person listed(String one, String member, String other, String another) {
        return new Person("zoe", Set.of(), true, false, false, Map.of(one, List.of(member), other, List.of(another)));
    }

    /** Who may do everything else with a rollout does not override windows. */
    @Test
    void windowsAreOverriddenByThosePeopleAlone() {
        Person controls = new Person("carl", Set.of(), true, true, false);
        Refusal refusal = assertThrows(
                Refusal.class, () -> release.api().act("overrideWindow", Map.of("comment", "please"), controls));
        assertEquals(403, refusal.status());
        assertEquals(
                "carl may not override the windows: the permission Override is needed, which administrators have",
                refusal.getMessage());
        Person overrides = new Person("rita", Set.of(), false, false, true);
        assertEquals(
                409,
                assertThrows(
                                Refusal.class,
                                () -> release.api().act("overrideWindow", Map.of("comment", "please"), overrides))
                        .status());
    }

    @Test
    void anAgreementIsWithdrawn() throws Exception {
        approve("dee");
        release.api().act("withdrawApproval", Map.of("phase", "Half"), manager("dee"));
        approve("fay");
        assertEquals(
                Status.AWAITING_APPROVAL,
                release.pass(0, 30).answer().standing().status());
        approve("dee");
        assertEquals(Status.WATCHING, release.pass(0, 30).answer().standing().status());
    }

    /** What was on the screen is in the journal, and that it was old is said. */
    @Test
    void keepsWhatThePageShowed() throws Exception {
        String first = seenBy(manager("dee")).get("head").textValue();
        release.pass(1, 0);
        String second = seenBy(manager("fay")).get("head").textValue();
        assertNotEquals(first, second);
        release.api().act("approve", Map.of("phase", "Half", "comment", "a", "shown", second), manager("fay"));
        release.pass(2, 0);
        release.api().act("approve", Map.of("phase", "Half", "comment", "b", "shown", first), manager("dee"));
        List<RolloutEvent.Approved> agreed = new ArrayList<>();
        FileJournal.read(journal, e -> {
            if (e instanceof RolloutEvent.Approved a) {
                agreed.add(a);
            }
        });
        assertEquals(second, agreed.get(0).shown().hash());
        assertEquals(
                "Phase Half waits for approval at 50%: The gate passed; 0 of 2 people have agreed;"
                        + " may be approved by group:ops",
                agreed.get(0).shown().headline());
        assertEquals(CheckOutcome.PASS, agreed.get(0).evidence().get(0).outcome());
        assertEquals(first, agreed.get(1).shown().hash());
        assertEquals(
                List.of(1, 2),
                agreed.stream().map(RolloutEvent.Approved::agreed).toList());
        List<String> said = release.answer().history().events().stream()
                .filter(e -> e.kind().equals("approved"))
                .map(RolloutStatusResponse.EventRow::text)
                .toList();
        assertEquals("Phase Half agreed to, 1 of 2 people: a", said.get(0));
        assertEquals(
                "Phase Half approved, 2 of 2 people: b (the page was older: it showed the rollout of 3 min before)",
                said.get(1));
    }

    @Test
    void whoShowsAPageOfLongAgoLooksAgain() {
        Refusal refused = refused(manager("dee"), Map.of("phase", "Half", "comment", "a", "shown", "f".repeat(64)));
        assertEquals(409, refused.status());
        assertEquals(
                "the page shows the rollout of long ago, or of before a restart: look at it as it is now, and decide"
                        + " again",
                refused.getMessage());
    }
}

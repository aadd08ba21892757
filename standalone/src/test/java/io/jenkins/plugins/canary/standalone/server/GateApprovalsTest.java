package io.jenkins.plugins.canary.standalone.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has agreed, who is still needed, and why the reader may not: in a real browser. */
class GateApprovalsTest {

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
                approval: { min: 2, by: [group:ops, user:anna], notBy: [starter, committers] }
              - { name: Full, weight: 100, hold: 1m, approval: { from: 09:00, timeZone: Europe/Berlin } }
            """;

    @TempDir
    private Path dir;

    private Chromium browser;
    private PageProbe page;
    private FakeRelease release;

    @BeforeEach
    void open() throws Exception {
        browser = Chromium.open();
        page = new PageProbe(browser);
        browser.show(1400, 1100, "light");
        release = FakeRelease.inFile(PlanReader.read(PLAN), dir.resolve("api.jsonl"));
    }

    @AfterEach
    void close() throws Exception {
        browser.close();
    }

    private static Person manager(String user) {
        return new Person(user, Set.of("group:ops"), true, false, false);
    }

    private String card() {
        return String.join(" ", page.texts(".cg-approvals p:not(:empty), .cg-approvals li"));
    }

    @Test
    void showsTheApprovalBeforeItIsDue() throws Exception {
        try (GateServer server = GateServer.start(release.api(), manager("dee"), 0)) {
            page.open(server);
            String half = page.texts("tr[data-state] .cg-verdict small").get(0);
            assertEquals(
                    "Approval by 2 people: group ops, anna; not by who started the rollout; not by who committed to this"
                            + " version",
                    half);
            assertEquals(
                    "Approval by everybody with the permission; asked from 09:00 (Europe/Berlin) on",
                    page.texts("tr[data-state] .cg-verdict small").get(1));
            assertEquals(Boolean.TRUE, page.js("return document.querySelector('.cg-approvals').hidden"));
        }
    }

    @Test
    void twoAgreeAndOneOfThemThinksAgain() throws Exception {
        release.pass(3, 0);
        try (GateServer server = GateServer.start(release.api(), manager("dee"), 0)) {
            page.open(server);
            assertTrue(card().startsWith("Phase Half waits for approval: 0 of 2 people have agreed."), card());
            page.click("[data-action=approve]");
            page.until(() -> page.text("dialog p").contains("still needed after you: 1"));
            page.js("document.getElementById('cg-why').value = 'all green'");
            page.click("dialog [type=submit]");
            page.until(() -> card().contains("1 of 2 people have agreed. dee, 0 s ago: all green You have agreed."));
            assertEquals(List.of("Reject", "Withdraw approval"), page.texts(".cg-button[data-action]"));
            page.click("[data-action=withdrawApproval]");
            page.click("dialog [type=submit]");
            page.until(() -> card().startsWith("Phase Half waits for approval: 0 of 2"));
            release.run().command(new Input.Approve(0, "fay", Set.of("group:ops"), null));
            page.until(() -> page.texts(".cg-given li").equals(List.of("fay, 0 s ago")));
            page.click("[data-action=approve]");
            page.click("dialog [type=submit]");
            page.until(() -> Boolean.TRUE.equals(page.js("return document.querySelector('.cg-approvals').hidden")));
            assertFalse(release.run().state().status(release.run().plan()) == Status.AWAITING_APPROVAL);
            assertEquals(List.of(), browser.complaints());
        }
    }

    @Test
    void saysToWhoStartedItWhyTheyMayNot() throws Exception {
        release.pass(3, 0);
        try (GateServer server = GateServer.start(release.api(), manager("alice"), 0)) {
            page.open(server);
            assertTrue(card().contains("You may not approve: you started this rollout."), card());
            assertEquals(List.of("Reject"), page.texts(".cg-button[data-action]"));
        }
    }

    /** A link of a notification, which a server has found to be as it was sent, opens the question and decides nothing. */
    @Test
    void aLinkOpensTheQuestionOnce() throws Exception {
        release.pass(3, 0);
        try (GateServer server = GateServer.start(release.api(), manager("dee"), 0)) {
            page.open(server);
            page.js("const old = document.getElementById('canary-gate');"
                    + "const root = document.createElement('div');"
                    + "Object.assign(root.dataset, { api: './', decide: 'Half' });"
                    + "root.id = 'canary-gate'; old.replaceWith(root);"
                    + "const s = document.createElement('script'); s.type = 'module';"
                    + "s.src = 'canary-gate.js?again'; document.head.append(s);");
            page.until(() -> "Approve phase Half?".equals(page.text("dialog[open] h3")));
            assertTrue(release.run().state().people().agreements().isEmpty());
        }
    }
}

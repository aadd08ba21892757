package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.notify.HookServer;
import io.jenkins.plugins.canary.engine.notify.Notice;
import io.jenkins.plugins.canary.engine.notify.NoticeSender;
import io.jenkins.plugins.canary.engine.notify.Notifier;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever is told of a rollout, and does not answer, has no say in it. */
class HangingWebhookTest {

    private static final Receiver HOOK = new Receiver(Receiver.Format.JSON, ref("HANGS"), null, Set.of(Topic.values()));
    private static final Receiver GOOD = new Receiver(Receiver.Format.JSON, ref("GOOD"), null, Set.of(Topic.ROLLBACK));
    private static final Receiver MISSING = new Receiver(Receiver.Format.JSON, ref("MISSING"), null, Topic.USUAL);

    private static Secrets.Ref ref(String name) {
        return new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, name);
    }

    /** Whoever receives them tells a second attempt by the id: two notices of one moment must not have the same. */
    @Test
    void eachNoticeHasAnIdOfItsOwn() {
        List<Notice> told = new ArrayList<>();
        VirtualRelease release = new VirtualRelease(SamplePlans.with(
                SamplePlans.standard(),
                Map.of(
                        "ready",
                        new io.jenkins.plugins.canary.engine.plan.Checklist(
                                io.jenkins.plugins.canary.engine.plan.Checklist.When.NAMED,
                                List.of("a", "b").stream()
                                        .map(item -> new io.jenkins.plugins.canary.engine.plan.Checklist.Item(
                                                item, SamplePlans.ERRORS))
                                        .toList())),
                null));
        new Notifier(release.run.plan(), null).also(told::add).follow(release.run);
        release.pass(VirtualRelease.MINUTE);
        assertEquals(2, told.stream().filter(n -> n.kind().equals("itemTicked")).count());
        assertEquals(told.size(), told.stream().map(Notice::id).distinct().count(), told.toString());
    }

    @Test
    void whoeverHasToTickIsToldOnce() throws Exception {
        List<Notice> told = new ArrayList<>();
        VirtualRelease release = new VirtualRelease(SamplePlans.with(
                SamplePlans.standard(),
                Map.of(
                        "pre",
                        new io.jenkins.plugins.canary.engine.plan.Checklist(
                                io.jenkins.plugins.canary.engine.plan.Checklist.When.BEFORE,
                                List.of("a", "b").stream()
                                        .map(item ->
                                                new io.jenkins.plugins.canary.engine.plan.Checklist.Item(item, null))
                                        .toList())),
                null));
        new Notifier(release.run.plan(), null).also(told::add).follow(release.run);
        release.pass(VirtualRelease.HOUR);
        release.run.command(new Input.TickItem("pre", "a", "ada"));
        release.pass(VirtualRelease.HOUR);
        List<Notice> waits = told.stream().filter(n -> n.kind().equals("waits")).toList();
        assertEquals(
                List.of("Waits for the checklist pre: 2 of 2 open"),
                waits.stream().map(Notice::text).toList());
        assertEquals(Topic.WAITING, waits.get(0).topic());
        release.run.command(new Input.TickItem("pre", "b", "ada"));
        release.pass(VirtualRelease.MINUTE);
        release.run.command(new Input.WithdrawItem("pre", "b", "ada"));
        release.pass(VirtualRelease.HOUR);
        assertEquals(2, told.stream().filter(n -> n.kind().equals("waits")).count(), "it is waited for anew");
    }

    @Test
    void theRollBackDoesNotWait() throws Exception {
        List<Notice> told = new ArrayList<>();
        try (HookServer hanging = new HookServer().hanging();
                HookServer good = new HookServer();
                NoticeSender sender = new NoticeSender(InstantSource.system())) {
            Map<String, String> secrets =
                    Map.of("HANGS", hanging.url().toString(), "GOOD", good.url().toString());
            VirtualRelease release = new VirtualRelease(SamplePlans.standard());
            new Notifier(release.run.plan(), "http://ci.example/canary/")
                    .also(told::add)
                    .also(
                            sender,
                            List.of(HOOK, MISSING, GOOD),
                            r -> {
                                if (secrets.get(r.name()) == null) {
                                    throw new Secrets.SecretMissing("there is no " + r.name());
                                }
                                return secrets.get(r.name());
                            },
                            AddressPolicy.UNRESTRICTED)
                    .follow(release.run);
            release.pass(VirtualRelease.MINUTE);
            hanging.next(20);
            release.errors = 0.5;
            release.pass(VirtualRelease.MINUTE);
            assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
            assertEquals(Weight.ZERO, release.router.weight);
            String body = new String(good.next(20).body(), StandardCharsets.UTF_8);
            assertTrue(body.contains("Abort rule fired, rolling back: error-rate is 50%"), body);
            assertTrue(release.written.stream().noneMatch(e -> e.toString().contains("hook-of-the-team")));
        }
        assertTrue(told.stream()
                .anyMatch(n -> n.kind().equals("ended") && n.standing().status() == Status.ROLLED_BACK));
        assertFalse(told.stream().anyMatch(n -> n.kind().equals("ticked")));
    }
}

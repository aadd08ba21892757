package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.notify.FailedDeliveries;
import io.jenkins.plugins.canary.engine.notify.HookServer;
import io.jenkins.plugins.canary.engine.notify.NoticeSender;
import io.jenkins.plugins.canary.engine.notify.Notifier;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A webhook that cannot be told is named in the journal, over real HTTP, and is nowhere in the way. */
@Timeout(60)
class FailedDeliveriesTest {

    private static final NoticeSender.Pace QUICK = new NoticeSender.Pace(
            Duration.ofMillis(1), Duration.ofSeconds(2), Duration.ofMillis(5), Duration.ofMillis(20), 3);

    private static Receiver slack(String name) {
        return new Receiver(
                Receiver.Format.SLACK,
                new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, name),
                null,
                Set.of(Topic.values()));
    }

    private static String resolve(Map<String, String> known, Secrets.PlanRef ref) throws Secrets.SecretMissing {
        if (!known.containsKey(ref.name())) {
            throw new Secrets.SecretMissing("there is no " + ref.name());
        }
        return known.get(ref.name());
    }

    private static List<String> warnings(VirtualRelease release) {
        synchronized (release.run) {
            return release.written(RolloutEvent.Warned.class).stream()
                    .map(RolloutEvent.Warned::message)
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theJournalKeepsItOnceAndThePageAsItIsNow() throws Exception {
        try (HookServer refuses = new HookServer(Collections.nCopies(500, 503).toArray(Integer[]::new));
                NoticeSender sender = new NoticeSender(QUICK, InstantSource.system(), null)) {
            VirtualRelease release = new VirtualRelease(SamplePlans.standard());
            Notifier notifier = new Notifier(release.run.plan(), null)
                    .also(
                            sender,
                            List.of(slack("REFUSES"), slack("MISSING")),
                            ref -> resolve(Map.of("REFUSES", refuses.url().toString()), ref),
                            AddressPolicy.UNRESTRICTED);
            notifier.follow(release.run);
            release.pass(VirtualRelease.MINUTE);
            List<String> both = List.of(
                    "Notification slack env:MISSING: no notifications, there is no MISSING",
                    "Notification slack env:REFUSES: not delivered, 3 tries, it answered 503");
            Poll.until("told", () -> warnings(release).size() == 2);
            assertEquals(both, warnings(release));

            release.errors = 0.5;
            release.pass(VirtualRelease.MINUTE);
            assertEquals(Outcome.ROLLED_BACK, release.run.state().ended().outcome());
            assertEquals(Weight.ZERO, release.router.weight);
            assertTrue(sender.drain(Duration.ofSeconds(30)));
            assertEquals(both, warnings(release), "what goes on is no news");
            RolloutStatusResponse.FailedDeliveryRow now = notifier.failedDeliveries().rows().stream()
                    .filter(r -> r.to().equals("env:REFUSES"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("ended", now.event());
            assertTrue(now.over());
            assertTrue(release.written.stream().noneMatch(e -> e.toString().contains("hook-of-the-team")));
        }
    }

    @Test
    void whyAnAddressMustNotBeAskedIsForTheLog() throws Exception {
        try (NoticeSender sender = new NoticeSender(QUICK, InstantSource.system(), null)) {
            Notifier notifier = new Notifier(SamplePlans.standard(), null)
                    .also(
                            sender,
                            List.of(slack("INSIDE")),
                            ref -> "http://hooks.internal/T0/key",
                            (host, port, address) -> Optional.of("plans must not name " + host))
                    .also(
                            sender,
                            List.of(slack("OWN")),
                            ref -> resolve(Map.of(), ref),
                            AddressPolicy.UNRESTRICTED,
                            "(controller)");
            String unsaid = "no notifications, its address cannot be used; the log says why";
            assertEquals(
                    List.of("Notification slack env:INSIDE: " + unsaid, "Notification slack (controller): " + unsaid),
                    notifier.failedDeliveries().rows().stream()
                            .map(FailedDeliveries::words)
                            .toList());
        }
    }

    @Test
    void oneThatComesAndGoesDoesNotFillTheJournal() throws Exception {
        Integer[] flapping = new Integer[400];
        for (int i = 0; i < flapping.length; i++) {
            flapping[i] = i % 2 == 0 ? 404 : 200;
        }
        try (HookServer flaps = new HookServer(flapping);
                NoticeSender sender = new NoticeSender(QUICK, InstantSource.system(), null)) {
            VirtualRelease release = new VirtualRelease(SamplePlans.standard());
            new Notifier(release.run.plan(), null)
                    .also(sender, List.of(slack("FLAPS")), ref -> flaps.url().toString(), AddressPolicy.UNRESTRICTED)
                    .follow(release.run);
            for (int i = 0; i < 60; i++) {
                release.run.command(new Input.SetHold("ada", "lunch " + i));
                release.run.command(new Input.LiftHold("ada"));
                assertTrue(sender.drain(Duration.ofSeconds(30)));
            }
            Poll.until("told", () -> warnings(release).size() >= 20);
            assertEquals(20, warnings(release).size());
        }
    }
}

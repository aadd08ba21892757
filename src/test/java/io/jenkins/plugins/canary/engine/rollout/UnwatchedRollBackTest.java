package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.LaunchException;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A canary in traffic whose journal is gone or damaged is taken back by the plan and by what the router reports. */
class UnwatchedRollBackTest {

    private static final Secrets NONE = ref -> {
        throw new Secrets.SecretMissing("the job that may use " + ref.shown() + " is gone");
    };

    @TempDir
    private Path dir;

    private final VirtualServices clock = new VirtualServices(1);
    private final RolloutEngine engine = new RolloutEngine(clock);
    private Weight weight = Weight.ofPercent(25);
    private int failures;

    /** Needs a secret to open, as Flagger's does for its webhooks, and claims its target in vain. */
    private final class Settings implements RouterSettings, TrafficRouter {

        @Override
        public String driver() {
            return "test";
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            try {
                new Secrets.PlanRef(Secrets.PlanRef.Kind.CREDENTIALS, "token").text(context.secrets());
            } catch (Secrets.SecretMissing e) {
                throw RouterException.permanent(e.getMessage());
            }
            return this;
        }

        @Override
        public Duration claim() throws RouterException {
            throw new RouterException("the lock cannot be written");
        }

        @Override
        public Observation observe() throws RouterException {
            if (failures-- > 0) {
                throw new RouterException("the router is away");
            }
            return Observation.of(weight);
        }

        @Override
        public void shift(Weight to) {
            weight = to;
        }

        @Override
        public void promote(String version) {
            throw new AssertionError("a lost rollout promotes nothing");
        }
    }

    private RolloutEngine.Release release(OnBuildEnd onBuildEnd) {
        CanaryPlan p = SamplePlans.plan(SamplePlans.table(), SamplePlans.rules(), null, onBuildEnd);
        CanaryPlan plan = new CanaryPlan(
                p.name(),
                new CanaryPlan.Environment(
                        p.target(),
                        new Settings(),
                        p.environment().preflight(),
                        p.environment().receivers()),
                p.analysis(),
                p.stages(),
                p.timing(),
                p.watch(),
                p.text());
        return new RolloutEngine.Release(
                plan, "r1", "v2", AdvanceMode.STEPWISE, "job#1", "ada", RolloutEngine.Place.local(NONE));
    }

    private RolloutEvent.Started started(RolloutEngine.Release r) {
        return new RolloutEvent.Started(
                clock.now(),
                r.rollout(),
                r.plan().name(),
                r.version(),
                r.plan().text(),
                r.mode(),
                r.owner(),
                r.by(),
                Map.of());
    }

    /** From the new journal alone: the controller may go again before the canary is out of traffic. */
    private RolloutRun again(RolloutEngine.Release release, Path file) throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal journal = FileJournal.open(file, events::add);
        RolloutRun run = engine.openForRollBack(
                        release, RolloutState.of(release.plan(), events), journal, "its journal is lost")
                .run();
        run.resume();
        return run;
    }

    private static List<RolloutEvent> read(Path file) throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(file, events::add);
        return events;
    }

    private RolloutEvent.RollbackIntended back(String reason, String by) {
        return new RolloutEvent.RollbackIntended(clock.now(), reason, null, by);
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "empty", "truncated", "damaged"})
    void theCanaryIsTakenBackAndTheReasonIsKept(String how) throws Exception {
        Path file = dir.resolve("r1.jsonl");
        if (!how.equals("missing")) {
            Files.writeString(
                    file,
                    switch (how) {
                        case "empty" -> "";
                        case "truncated" -> "{\"seq\":1,\"prev\":\"";
                        default -> "{\"seq\":7}\n";
                    });
        }
        RolloutEngine.Release release = release(OnBuildEnd.ROLLBACK);
        assertThrows(
                LaunchException.class,
                () -> engine.open(release, RolloutState.empty(release.plan()), e -> {}),
                "the whole rollout cannot be taken up: its secrets are gone");
        assertEquals(Weight.ofPercent(25), engine.look(release).weight());
        JournalRecovery.replace(file, started(release), how, back("the page is red", "ada"));
        RolloutRun run = again(release, file);
        failures = 3;
        clock.advance(60_000);
        assertEquals(Weight.ZERO, weight);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
        assertEquals("the page is red", run.state().ended().reason());
        List<RolloutEvent> events = read(file);
        assertTrue(events.get(0) instanceof RolloutEvent.Started);
        assertEquals(how, ((RolloutEvent.JournalLost) events.get(1)).reason());
        assertTrue(events.get(events.size() - 1) instanceof RolloutEvent.Ended);
    }

    @Test
    void whatIsLeftWhereItIsIsNotTouched() throws Exception {
        Path file = dir.resolve("r1.jsonl");
        RolloutEngine.Release release = release(OnBuildEnd.HOLD);
        JournalRecovery.replace(
                file,
                started(release),
                "missing",
                new RolloutEvent.Ended(clock.now(), Outcome.HELD, "the journal was lost", weight));
        RolloutRun run = again(release, file);
        clock.advance(60_000);
        assertEquals(Outcome.HELD, run.state().ended().outcome());
        assertEquals(Weight.ofPercent(25), weight);
    }

    /** A disk that takes no file keeps nobody from a roll back. */
    @Test
    void withoutADiskItIsTakenBackAllTheSame() throws Exception {
        Path file = Files.writeString(dir.resolve("folder"), "is a file").resolve("r1.jsonl");
        RolloutEngine.Release release = release(OnBuildEnd.ROLLBACK);
        assertThrows(
                JournalException.class,
                () -> JournalRecovery.replace(file, started(release), "missing", back("missing", "ada")));
        List<RolloutEvent> events = JournalRecovery.ending(started(release), "missing", null, back("lost", null));
        RolloutRun run = engine.openForRollBack(release, RolloutState.of(release.plan(), events), e -> {}, "lost")
                .run();
        run.resume();
        clock.advance(60_000);
        assertEquals(Weight.ZERO, weight);
        assertEquals(Outcome.ROLLED_BACK, run.state().ended().outcome());
    }

    /** What nobody knows opens the router, and nothing that is shown to it fits. */
    @Test
    void aMissingSecretIsReplacedByOneThatNobodyKnows() throws Exception {
        AtomicReference<String> first = new AtomicReference<>();
        Secrets.PlanRef ref = new Secrets.PlanRef(Secrets.PlanRef.Kind.CREDENTIALS, "token");
        first.set(new RolloutEngine.PlaceholderSecrets(NONE).resolve(ref));
        assertFalse(first.get().equals(new RolloutEngine.PlaceholderSecrets(NONE).resolve(ref)));
        assertTrue(first.get().getBytes(StandardCharsets.UTF_8).length >= 32);
        assertEquals("known", new RolloutEngine.PlaceholderSecrets(r -> "known").resolve(ref));
    }
}

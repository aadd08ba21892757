package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.Watch;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostPromotionPolicyTest {

    private static Situation watched(Watch.OnBreach then) {
        Watch watch = SamplePlans.watch(Duration.ofMinutes(10), then);
        return Situation.automatic(SamplePlans.with(SamplePlans.standard(), Map.of(), watch))
                .in(4)
                .promoted();
    }

    @Test
    void aBreachComesToWhatThePlanWants() {
        assertEquals(List.of("WatchBreached"), watched(Watch.OnBreach.ALERT).tick(0.5));
        assertEquals(List.of("WatchBreached"), watched(Watch.OnBreach.ASK).tick(0.5));
        assertEquals(
                List.of("WatchBreached", "RollbackIntended"),
                watched(Watch.OnBreach.ROLLBACK).tick(0.5));
        assertEquals(List.of(), watched(Watch.OnBreach.ROLLBACK).tick(0.001));
        assertEquals(List.of(), watched(Watch.OnBreach.ROLLBACK).tick(null));
    }

    @Test
    void failedTicksInARowAreABreachAndThreeGreenOnesEndIt() {
        Situation it = watched(Watch.OnBreach.ALERT);
        assertEquals(List.of(), it.tick(0.03));
        assertEquals(List.of(), it.tick(0.03));
        assertEquals(List.of("WatchBreached"), it.tick(0.03));
        assertEquals(List.of(), it.tick(0.03), "said once");
        assertEquals(List.of(), it.tick(0.001));
        assertEquals(List.of(), it.tick(0.001));
        assertEquals(List.of("WatchRecovered"), it.tick(0.001));
    }

    @Test
    void theWatchEndsWithItsTimeUnlessSomebodyIsAsked() {
        Situation it = watched(Watch.OnBreach.ASK);
        assertEquals(List.of(), it.next());
        it.tick(0.5);
        it.now += Duration.ofMinutes(10).toMillis();
        assertEquals(List.of(), it.next(), "a person has to decide first");
        it.after(new RolloutEvent.BreachAccepted(it.now, "ada", "known"));
        assertEquals(List.of("WatchEnded"), it.next());
        assertEquals(List.of("Ended"), it.next());
        assertEquals(Outcome.PROMOTED, it.s.ended().outcome());
    }

    @Test
    void whatSomebodyElseDoesEndsTheWatch() {
        Observation successor = Observation.of(Weight.FULL).asPromoted(true).withSuccessor("job #2");
        assertEquals(List.of("WatchEnded"), watched(Watch.OnBreach.ROLLBACK).tick(0.5, successor));
        assertEquals(List.of("WatchEnded"), watched(Watch.OnBreach.ROLLBACK).tick(0.001, Observation.of(Weight.ZERO)));
    }

    @Test
    void aBreachWhoseRollBackWasNotWrittenIsRolledBackAllTheSame() {
        Situation it = watched(Watch.OnBreach.ROLLBACK);
        it.after(new RolloutEvent.WatchBreached(it.now, "bad", "rule", Watch.OnBreach.ROLLBACK));
        assertEquals(List.of("RollbackIntended"), it.next());
    }

    @Test
    void commandsOfTheWatch() {
        Situation it = watched(Watch.OnBreach.ASK);
        assertEquals(
                "the watch has no open breach: there is nothing to accept", it.say(new Input.KeepVersion("ada", "x")));
        assertEquals("WatchEnded", it.say(new Input.EndWatch("ada", "enough")));
        assertEquals("WatchEnded", it.say(new Input.GiveUp("ada", "enough")));
        assertEquals("", it.say(new Input.OwnerGone(null, "the build ended")));
        assertEquals("RollbackIntended", it.say(new Input.RollBack("ada", "bad")));
        it.tick(0.5);
        assertEquals("BreachAccepted", it.say(new Input.KeepVersion("ada", "known")));
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A router that has to tell a repetition from a new wish hears one key for each intention. */
class IntentKeyTest {

    private final VirtualServices clock = new VirtualServices(1);
    private final List<RolloutEvent> written = new ArrayList<>();
    private final FakeRouter router = new FakeRouter();

    private RolloutRun open() {
        FakeSource source = new FakeSource(q -> FakeSource.service(q, 0));
        return new RolloutRun(
                SamplePlans.standard(),
                RolloutState.of(SamplePlans.standard(), written),
                written::addAll,
                router,
                source,
                clock);
    }

    @Test
    void everyAttemptAtOneIntentionHasItsKeyAlsoAfterACrash() {
        router.fault = call -> {
            if (call == FakeRouter.Call.SHIFT) {
                throw new RouterException("try later");
            }
        };
        RolloutRun first = open();
        first.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
        clock.advance(2_000);
        first.stop();
        int before = router.intents.size();
        clock.advance(30_000);
        RolloutRun second = open();
        second.resume();
        clock.advance(2_000);
        assertTrue(before > 1, "several attempts before the crash");
        assertTrue(router.intents.size() > before + 1, "and after it");
        Set<String> keys = new TreeSet<>(router.intents);
        assertEquals(1, keys.size(), keys.toString());

        router.fault = call -> {};
        clock.advance(3_600_000);
        assertEquals(Outcome.PROMOTED, second.state().ended().outcome());
        Set<String> all = new TreeSet<>();
        router.intents.forEach(i -> all.add(i.split(" ")[0]));
        assertEquals(written.stream().filter(IntentKeyTest::isIntent).count(), all.size());
        assertTrue(all.stream().allMatch(key -> key.matches("[a-z]+-\\d+")), all.toString());
        assertEquals(Weight.FULL, router.weight);
    }

    private static boolean isIntent(RolloutEvent event) {
        return event instanceof RolloutEvent.ShiftIntended || event instanceof RolloutEvent.PromoteIntended;
    }
}

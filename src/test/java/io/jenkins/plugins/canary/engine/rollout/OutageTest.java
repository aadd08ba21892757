package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gate whose {@code onNoData} is {@code pass}: absent data passes, and a metrics server that is down does not. */
class OutageTest {

    private static final CanaryPlan PLAN = SamplePlans.plan(
            List.of(phase("A", 50), phase("B", 100)),
            List.of(SamplePlans.TOO_MANY_ERRORS),
            null,
            SamplePlans.standard().timing().onBuildEnd());

    private static Phase phase(String name, int weight) {
        Phase p = SamplePlans.phase(name, weight, Duration.ofMinutes(1), null);
        return new Phase(
                name, p.weight(), p.hold(), p.deadline(), List.of(SamplePlans.ABSENT_PASSES), null, null, null);
    }

    @ParameterizedTest
    @CsvSource({"true, 50", "false, 100"})
    void aServerThatIsDownHolds(boolean down, int percent) {
        VirtualServices clock = new VirtualServices(1);
        FakeRouter router = new FakeRouter();
        List<RolloutEvent> written = new ArrayList<>();
        Reading reading = down
                ? Reading.unavailable("http://prometheus:9090 answered 503 (service unavailable)")
                : Reading.noData("empty vector");
        RolloutRun run = new RolloutRun(
                PLAN, RolloutState.empty(PLAN), written::addAll, router, new FakeSource(q -> reading), clock);
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
        clock.advance(Duration.ofMinutes(30).toMillis());
        assertEquals(Weight.ofPercent(percent), router.weight);
        if (down) {
            assertFalse(run.state().isEnded(), "an outage neither promotes nor rolls back");
        } else {
            assertEquals(Outcome.PROMOTED, run.state().ended().outcome());
        }
    }
}

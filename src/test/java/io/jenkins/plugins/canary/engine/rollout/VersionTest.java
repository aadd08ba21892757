package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A version as pipelines hand it over: with a command's line break, or as the name of a variable. */
class VersionTest {

    private static final CanaryPlan PLAN = SamplePlans.standard();

    private static RolloutEngine.Release release(String version) {
        Secrets none = ref -> {
            throw new Secrets.SecretMissing("none");
        };
        return new RolloutEngine.Release(
                PLAN, "r1", version, AdvanceMode.AUTOMATIC, "job #1", "ada", RolloutEngine.Place.local(none));
    }

    @Test
    void aCommandsLineBreakIsNoPartOfIt() {
        assertEquals("1.4.2", release("1.4.2\n").version());
        assertEquals("1.4.2", release(" 1.4.2 ").version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.4.2\nlatest", "1.4\u0000", "${VERSION}", "v${env.BUILD_NUMBER}"})
    void whatIsNoVersionIsRefusedBeforeAnythingIsAsked(String version) {
        RolloutEngine engine = new RolloutEngine(new VirtualServices(1));
        RolloutEngine.LaunchException refused = assertThrows(
                RolloutEngine.LaunchException.class,
                () -> engine.open(release(version), RolloutState.empty(PLAN), events -> {
                    throw new AssertionError(events);
                }));
        assertTrue(refused.getMessage().startsWith("the version "), refused.getMessage());
        assertTrue(
                refused.getMessage().contains(version.contains("$") ? "write it in double quotes" : "line break"),
                refused.getMessage());
    }
}

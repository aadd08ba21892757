package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerDriver.FlaggerSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlaggerDriverTest {

    private static final FlaggerDriver HERE = new FlaggerDriver(Optional.of(address -> () -> {}));
    private static final FlaggerDriver IN_JENKINS = new FlaggerDriver(Optional.empty());

    @Test
    void whereThereIsNoServerThePlanSaysWhereToListen() {
        assertTrue(SettingsText.read(HERE, "{ canary: api, webhook: { token: env:T } }")
                .onlyProblem()
                .contains("listen"));
        FlaggerSettings read = (FlaggerSettings)
                SettingsText.read(HERE, "{ canary: api, webhook: { token: env:T, listen: '[::1]:9797' } }")
                        .settings();
        assertEquals("::1", read.listen().getHostString());
        assertEquals(9797, read.listen().getPort());
    }

    @Test
    void jenkinsListensAnyway() {
        assertEquals(
                List.of(),
                SettingsText.read(IN_JENKINS, "{ canary: api, webhook: { token: env:T } }")
                        .problems());
        assertTrue(SettingsText.read(IN_JENKINS, "{ canary: api, webhook: { token: env:T, listen: 'a:1' } }")
                .onlyProblem()
                .contains("Jenkins answers"));
    }

    @Test
    void aTokenIsReferredToAndNeverQuoted() {
        String problem = SettingsText.read(IN_JENKINS, "{ canary: api, webhook: { token: hunter2 } }")
                .onlyProblem();
        assertTrue(problem.contains("webhook.token"), problem);
        assertFalse(problem.contains("hunter2"), problem);
    }

    @Test
    void withoutAWebhookFlaggerWouldWalkAlone() {
        assertTrue(
                SettingsText.read(IN_JENKINS, "{ canary: api }").onlyProblem().contains("'webhook' is missing"));
    }
}

package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.rollout.TickSupervisor.Finding;
import io.jenkins.plugins.canary.engine.rollout.TickSupervisor.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What administrators are told of rollouts that nobody watched. */
@WithJenkins
class SilentRolloutsTest {

    private static JenkinsRule j;

    @BeforeAll
    static void jenkins(JenkinsRule rule) {
        j = rule;
    }

    @AfterEach
    void clear() {
        SilentRollouts.get().doSeen();
    }

    private static Finding finding(String rollout, Kind kind) {
        return new Finding(null, rollout, kind, Duration.ofSeconds(46));
    }

    @Test
    void administratorsAreToldUntilTheyHaveSeenIt() throws Exception {
        SilentRollouts monitor = SilentRollouts.get();
        assertFalse(monitor.isActivated());
        monitor.add(finding("api", Kind.RESTARTED));
        monitor.add(finding("<b>shop</b>", Kind.STUCK));
        assertTrue(monitor.isActivated());
        JenkinsRule.WebClient client = j.createWebClient();
        client.getOptions().setJavaScriptEnabled(false);
        String page = client.goTo("manage").asNormalizedText();
        assertTrue(page.contains("api: no tick ran for 46 s. Its ticks were restarted."), page);
        assertTrue(page.contains("<b>shop</b>: no tick has been decided for 46 s. Nobody watches its canary."), page);
        monitor.doSeen();
        assertFalse(monitor.isActivated());
    }

    @Test
    void aRolloutThatRecoveredIsNotStuckAnyMore() {
        SilentRollouts monitor = SilentRollouts.get();
        monitor.add(finding("shop", Kind.STUCK));
        monitor.add(finding("shop", Kind.RECOVERED));
        assertEquals(List.of(), monitor.getEntries());
    }

    @Test
    void onlyTheLatestAreKept() {
        SilentRollouts monitor = SilentRollouts.get();
        for (int i = 0; i < 100; i++) {
            monitor.add(finding("r" + i, Kind.RESTARTED));
        }
        assertEquals(20, monitor.getEntries().size());
        assertEquals("r99", monitor.getEntries().get(19).rollout());
    }
}

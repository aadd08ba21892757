package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess.Incarnation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsSessionExtension;

/** How Leases tell a controller that was started again from a copy of it. */
class ControllerLifeTest {

    @RegisterExtension
    private final JenkinsSessionExtension sessions = new JenkinsSessionExtension();

    private Incarnation first;

    @Test
    void everyStartIsAnotherLifeThatKnowsTheOnesThatStoppedInOrder() throws Throwable {
        sessions.then(j -> {
            first = new JenkinsClusters("job", null).incarnation();
            assertFalse(first.current().isEmpty());
            assertEquals(first, new JenkinsClusters("other", null).incarnation());
        });
        Path file = sessions.getHome().toPath().resolve("canary/controller-runs.json");
        byte[] backup = Files.readAllBytes(file);
        sessions.then(j -> {
            Incarnation second = new JenkinsClusters("job", null).incarnation();
            assertNotEquals(first.current(), second.current());
            assertTrue(second.stopped().contains(first.current()), "it may take over at once");
            assertFalse(second.stopped().contains(second.current()));
        });
        Files.write(file, new byte[] {'['});
        sessions.then(j -> assertEquals(
                Set.of(),
                new JenkinsClusters("job", null).incarnation().stopped(),
                "a damaged file costs a minute and nothing else"));
        Files.write(file, backup);
    }
}

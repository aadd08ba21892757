package io.jenkins.plugins.canary.rollouts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hudson.model.Run;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Rollouts of one build that begin side by side, while the build is written to build.xml. */
@WithJenkins
class SavedMeanwhileTest {

    private static final int ROLLOUTS = 1_000;

    @Test
    void aBuildIsSavedWhileItsRolloutsBegin(JenkinsRule j) throws Exception {
        RolloutsAction action = new RolloutsAction();
        CompletableFuture<Void> beginning = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < ROLLOUTS; i++) {
                action.add("id-" + i, "name-" + i, "v2");
                if (i % 3 == 0) {
                    action.remove("id-" + i);
                }
            }
        });
        do {
            Run.XSTREAM2.toXML(action);
        } while (!beginning.isDone());
        beginning.get();

        RolloutsAction read = (RolloutsAction) Run.XSTREAM2.fromXML(Run.XSTREAM2.toXML(action));

        assertEquals(
                action.getRollouts().stream().map(RolloutRecord::getId).toList(),
                read.getRollouts().stream().map(RolloutRecord::getId).toList());
        assertEquals(ROLLOUTS - (ROLLOUTS + 2) / 3, read.getRollouts().size());
    }
}

package io.jenkins.plugins.canary.rollouts;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Run;
import hudson.util.XStream2;
import java.util.List;
import org.jenkinsci.plugins.workflow.support.storage.BulkFlowNodeStorage;
import org.jenkinsci.plugins.workflow.support.storage.SimpleXStreamFlowNodeStorage;

/** Builds of before December 2026 name what they keep by the package that it was in then. */
public final class EarlierBuilds {

    private static final List<Class<?>> KEPT = List.of(
            RolloutsAction.class,
            RolloutRecord.class,
            CanaryFailure.class,
            GateVerdicts.class,
            GateVerdicts.PhaseVerdict.class,
            GateVerdicts.CheckVerdict.class);

    private EarlierBuilds() {}

    @Initializer(before = InitMilestone.JOB_LOADED)
    public static void read() {
        for (XStream2 reader :
                List.of(Run.XSTREAM2, BulkFlowNodeStorage.XSTREAM, SimpleXStreamFlowNodeStorage.XSTREAM)) {
            KEPT.forEach(kept ->
                    reader.addCompatibilityAlias(kept.getName().replace(".canary.rollouts.", ".canary.build."), kept));
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster in which Argo Rollouts' controller runs. */
class ArgoRolloutOnClusterTest extends ArgoRolloutContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("argoRollout");
    }

    /** Until the controller has nothing to do. */
    @Override
    protected void letTheWorldMoveOn() throws Exception {
        for (int i = 0; i < 150; i++) {
            world().moveOn();
            KubeObject rollout = rollout(world());
            RolloutState state = RolloutState.of(rollout, null);
            if (state.phase() != RolloutState.Phase.PROGRESSING && !pending(state)) {
                return;
            }
        }
    }

    private static boolean pending(RolloutState state) {
        return state.aborted() && !state.weight().isZero() || state.promotingFully();
    }
}

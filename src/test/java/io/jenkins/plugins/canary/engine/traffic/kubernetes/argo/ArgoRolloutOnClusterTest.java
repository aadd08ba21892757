package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster in which Argo Rollouts' controller runs. */
class ArgoRolloutOnClusterTest extends ArgoRolloutContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("argoRollout");
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        await(world());
    }

    /** Until the controller has nothing to do; or for a while, since the driver's next call may be what it needs. */
    static void await(KubeWorld world) throws Exception {
        for (int i = 0; i < 15; i++) {
            world.moveOn();
            ArgoRolloutStatus state = ArgoRolloutStatus.of(rollout(world), null, Weight.ZERO);
            if (state.phase() != ArgoRolloutStatus.Phase.PROGRESSING && !state.pending()) {
                return;
            }
        }
    }

    /** What somebody else writes may be overlooked by Argo too. */
    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        world().moveOn();
        super.editBehindItsBack(weight);
    }

    @Override
    protected void abortByHand(KubeWorld in) throws Exception {
        in.moveOn();
        super.abortByHand(in);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster in which Argo Rollouts' controller runs. */
class ArgoBlueGreenOnClusterTest extends ArgoBlueGreenContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("argoRollout", "blue-green");
    }

    @Override
    protected void letTheWorldMoveOn() throws Exception {
        ArgoRolloutOnClusterTest.await(world());
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

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster. */
class IstioMadeCanaryOnClusterTest extends IstioContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("istio", "canary");
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }
}

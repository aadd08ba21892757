package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster with Istio's definitions. */
class IstioOnClusterTest extends IstioContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("istio");
    }
}

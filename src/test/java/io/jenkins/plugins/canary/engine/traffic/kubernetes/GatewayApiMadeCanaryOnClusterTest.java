package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster. */
class GatewayApiMadeCanaryOnClusterTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("gatewayApi", "canary");
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster with the Gateway API's definitions. */
class GatewayApiOnClusterTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("gatewayApi");
    }
}

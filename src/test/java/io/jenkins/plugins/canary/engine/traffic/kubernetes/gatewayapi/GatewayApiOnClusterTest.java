package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.RealWorld;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster with the Gateway API's definitions. */
class GatewayApiOnClusterTest extends GatewayApiContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("gatewayApi");
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster that has TCPRoutes of the Gateway API before 1.6 (experimental channel). */
class TcpRouteOnClusterTest extends TcpRouteContract {

    private static final Kind BEFORE = new Kind("gateway.networking.k8s.io", "v1alpha2", "TCPRoute", "tcproutes");

    @Override
    protected Kind kind() {
        return BEFORE;
    }

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("gatewayApi").knowing(kind());
    }
}

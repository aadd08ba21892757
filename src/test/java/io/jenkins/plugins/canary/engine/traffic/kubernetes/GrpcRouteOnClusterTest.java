package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster that has GRPCRoutes. */
class GrpcRouteOnClusterTest extends GrpcRouteContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("gatewayApi").knowing(kind());
    }
}

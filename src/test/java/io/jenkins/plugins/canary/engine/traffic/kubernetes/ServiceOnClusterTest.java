package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster. */
class ServiceOnClusterTest extends ServiceContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("service");
    }
}

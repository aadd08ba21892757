package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster with Traefik's definitions. */
class TraefikOnClusterTest extends TraefikContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("traefik");
    }
}

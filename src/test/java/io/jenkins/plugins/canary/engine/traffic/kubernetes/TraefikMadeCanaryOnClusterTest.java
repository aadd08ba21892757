package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster. */
class TraefikMadeCanaryOnClusterTest extends TraefikContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("traefik", "canary");
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }
}

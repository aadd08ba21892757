package io.jenkins.plugins.canary.engine.traffic.kubernetes;

/** Skipped unless CANARY_TEST_KUBECONFIG names a cluster. */
class NginxIngressMadeCanaryOnClusterTest extends NginxIngressContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new RealWorld("nginxIngress", "canary");
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }
}

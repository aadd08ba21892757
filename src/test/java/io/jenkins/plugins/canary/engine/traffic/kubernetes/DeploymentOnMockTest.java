package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class DeploymentOnMockTest extends DeploymentContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;

class DeploymentOnMockTest extends DeploymentContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}

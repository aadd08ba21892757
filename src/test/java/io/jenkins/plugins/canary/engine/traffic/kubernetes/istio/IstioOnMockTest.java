package io.jenkins.plugins.canary.engine.traffic.kubernetes.istio;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;

class IstioOnMockTest extends IstioContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;

class NginxIngressOnMockTest extends NginxIngressContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }
}

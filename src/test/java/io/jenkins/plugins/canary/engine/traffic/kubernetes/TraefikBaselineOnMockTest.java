package io.jenkins.plugins.canary.engine.traffic.kubernetes;

class TraefikBaselineOnMockTest extends TraefikContract {

    @Override
    protected KubeWorld newWorld() throws Exception {
        return new MockWorld();
    }

    @Override
    protected boolean createsCanary() {
        return true;
    }

    @Override
    protected String ownSettings() {
        return super.ownSettings() + ", baseline: true";
    }
}

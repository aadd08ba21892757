package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A release without a flaw, to which each test adds one. */
abstract class FurnishedRelease {

    protected MockWorld world;
    protected PreflightWorld release;

    @BeforeEach
    void furnish() throws Exception {
        world = new MockWorld();
        release = new PreflightWorld(world).furnished();
    }

    @AfterEach
    void end() {
        release.close();
    }
}

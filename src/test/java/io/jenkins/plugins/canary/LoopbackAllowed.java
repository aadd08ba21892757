package io.jenkins.plugins.canary;

import hudson.Extension;
import hudson.model.listeners.ItemListener;
import io.jenkins.plugins.canary.config.CanaryConfiguration;

/**
 * What an administrator does who wants plans to reach this machine, as every test's world is on it. Before open rollouts are
 * taken up again; a test that sets up a list of its own keeps that.
 */
@Extension(ordinal = 1_000)
public final class LoopbackAllowed extends ItemListener {

    @Override
    public void onLoaded() {
        list();
    }

    /** A controller of its own process has the packaged plugin, which brings no extension of the tests. */
    public static void list() {
        CanaryConfiguration settings = CanaryConfiguration.get();
        if (settings.getAllowedAddresses().isEmpty()) {
            settings.setAllowedAddresses("127.0.0.1\nlocalhost");
        }
    }
}

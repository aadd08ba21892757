package io.jenkins.plugins.canary.engine.traffic.settings;

import java.util.List;
import java.util.ServiceLoader;

/**
 * The drivers of this build, looked for once: in Jenkins that is a search through the jars of every plugin that this one needs,
 * and after a restart every open rollout's plan is read. A class of its own, because drivers initialize {@link RouterDriver}.
 */
final class KnownDrivers {

    static final List<RouterDriver> ALL =
            ServiceLoader.load(RouterDriver.class, RouterDriver.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    private KnownDrivers() {}
}

package io.jenkins.plugins.canary.engine.traffic.settings;

import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads one driver's settings out of a plan. Found through {@link ServiceLoader}, so that a driver's classes load only
 * when a plan names it, and each build brings the drivers whose libraries it has.
 */
public interface RouterDriver {

    /** The key in {@code traffic:}. */
    String name();

    /** Reads the settings and reports every problem to them; returns null when there were errors. */
    RouterSettings read(YamlObject settings);

    static Optional<RouterDriver> named(String name) {
        return all().stream().filter(d -> d.name().equals(name)).findFirst();
    }

    static List<RouterDriver> all() {
        return ServiceLoader.load(RouterDriver.class, RouterDriver.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}

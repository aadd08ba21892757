package io.jenkins.plugins.canary.engine.traffic.settings;

import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Reads one driver's settings out of a plan, any number at a time. Found through {@link ServiceLoader}, so that each build
 * brings the drivers whose libraries it has; what a driver needs is loaded when a plan names it.
 */
public interface RouterDriver {

    /** The keys below the driver's own key in {@code traffic:}; the section's name is that key. */
    Section keys();

    /** Reads the settings, which have no other {@link #keys}, and reports every problem; null when there were errors. */
    RouterSettings read(YamlObject settings);

    /** The key in {@code traffic:}. */
    default String name() {
        return keys().name();
    }

    /** Whether it can send the requests of a cohort to the canary, whatever the weight. */
    default boolean canMatch() {
        return false;
    }

    /** Whether it can copy requests to the canary. */
    default boolean canMirror() {
        return false;
    }

    static Optional<RouterDriver> named(String name) {
        return all().stream().filter(d -> d.name().equals(name)).findFirst();
    }

    static List<RouterDriver> all() {
        return KnownDrivers.ALL;
    }
}

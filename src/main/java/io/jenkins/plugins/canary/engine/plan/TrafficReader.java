package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.traffic.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.RouterSettings;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads {@code traffic:}: one key that names a driver, whose settings the driver reads itself. */
final class TrafficReader {

    private TrafficReader() {}

    static RouterSettings read(PlanNode node) {
        PlanObject o = node.object();
        if (node.isObject() && o.keys().size() != 1) {
            node.error("traffic names " + (o.keys().isEmpty() ? "no router" : "several routers"),
                    "name exactly one of: " + known());
            return null;
        }
        RouterSettings settings = null;
        for (String name : o.keys()) {
            Optional<RouterDriver> driver = RouterDriver.named(name);
            if (driver.isEmpty()) {
                o.key(name).error("unknown router " + PlanNode.shown(name), "known here: " + known());
            } else {
                settings = driver.get().read(o.get(name).orElseThrow().object());
            }
        }
        return settings;
    }

    private static String known() {
        return RouterDriver.all().stream().map(RouterDriver::name).sorted().collect(Collectors.joining(", "));
    }
}

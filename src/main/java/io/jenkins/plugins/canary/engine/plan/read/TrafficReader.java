package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads {@code traffic:}: one key that names a driver, whose settings the driver reads itself. */
final class TrafficReader {

    private TrafficReader() {}

    static RouterSettings read(YamlNode node) {
        YamlObject o = node.object();
        if (node.isObject() && o.keys().size() != 1) {
            node.error(
                    "traffic names " + (o.keys().isEmpty() ? "no router" : "several routers"),
                    "name exactly one of: " + known());
            return null;
        }
        RouterSettings settings = null;
        for (String name : o.keys()) {
            Optional<RouterDriver> driver = RouterDriver.named(name);
            if (driver.isEmpty()) {
                o.key(name).error("unknown router " + YamlNode.shown(name), "known here: " + known());
            } else {
                settings = driver.get().read(driver.get().keys().at(o.value(name)));
            }
        }
        return settings;
    }

    private static String known() {
        return RouterDriver.all().stream().map(RouterDriver::name).sorted().collect(Collectors.joining(", "));
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;

/** Reads {@code gatewayApi: { httpRoute: api, canary: api-canary, stable: api, rules: [main] }}. */
public final class GatewayApiDriver implements RouterDriver {

    static final String NAME = "gatewayApi";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(settings, "httpRoute", "canary", "stable", "rules");
        String route = settings.need("httpRoute", KubernetesOptions::name, "api-gateway");
        String canary = settings.get("canary", KubernetesOptions::name, null);
        String stable = settings.get("stable", KubernetesOptions::name, null);
        List<String> rules = settings.get("rules", YamlNode::texts, List.of());
        if (canary != null && canary.equals(stable)) {
            settings.get("stable")
                    .orElseThrow()
                    .error("canary and stable are the same Service", "name the Service of each version");
            return null;
        }
        return route == null ? null : new GatewayApiSettings(options, route, canary, stable, rules);
    }
}

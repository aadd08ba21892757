package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;

/** Reads {@code gatewayApi: { httpRoute: api, canary: api-canary, stable: api, rules: [main] }}. */
public final class GatewayApiDriver implements RouterDriver {

    static final String NAME = "gatewayApi";

    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Weights of the backends of an HTTPRoute of the Gateway API.",
            Map.of(
                    "rules",
                    KeyType.of(
                            "list of texts or numbers",
                            Map.of("type", "array", "items", Map.of("type", List.of("string", "integer"))),
                            YamlNode::texts)),
            """
            httpRoute | name  | required, `api-gateway` | The HTTPRoute's name.
            canary    | name  | the canary Deployment's | Service of the canary.
            stable    | name  | the Deployment's | Service of the stable version.
            rules     | rules | every rule that sends to `stable` | Names of the rules to weight, or their indexes from 0.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(settings);
        String route = settings.get("httpRoute");
        String canary = settings.get("canary");
        String stable = settings.get("stable");
        List<String> rules = settings.getOr("rules", List.of());
        if (canary != null && canary.equals(stable)) {
            settings.value("stable")
                    .error("canary and stable are the same Service", "name the Service of each version");
            return null;
        }
        return route == null ? null : new GatewayApiSettings(options, route, canary, stable, rules);
    }
}

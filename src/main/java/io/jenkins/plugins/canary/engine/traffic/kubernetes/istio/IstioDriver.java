package io.jenkins.plugins.canary.engine.traffic.kubernetes.istio;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code istio: { virtualService: api, routes: [primary], host: api, destinationRule: { name: api,
 * canaryLabels: { track: canary }, stableLabels: { track: stable } } }}.
 */
public final class IstioDriver implements RouterDriver {

    static final String NAME = "istio";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(
                settings, "virtualService", "routes", "host", "canarySubset", "stableSubset", "destinationRule");
        String virtualService = settings.need("virtualService", KubernetesOptions::name, "api-gateway");
        List<String> routes = settings.need("routes", YamlNode::texts, "[primary]");
        String host = settings.get("host", KubernetesOptions::name, null);
        String canary = settings.get("canarySubset", KubernetesOptions::name, "canary");
        String stable = settings.get("stableSubset", KubernetesOptions::name, "stable");
        IstioSettings.Rule rule = settings.get("destinationRule", IstioDriver::rule, null);
        if (canary.equals(stable)) {
            settings.self().error("canarySubset and stableSubset are the same", "name the subset of each version");
            return null;
        }
        if (routes != null && routes.isEmpty()) {
            settings.get("routes")
                    .orElseThrow()
                    .error(
                            "no route is named",
                            "name the http routes of the VirtualService whose requests are to be split: [primary]");
            return null;
        }
        return virtualService == null || routes == null
                ? null
                : new IstioSettings(options, virtualService, routes, host, canary, stable, rule);
    }

    private static IstioSettings.Rule rule(YamlNode value) {
        if (!value.isObject()) {
            String name = KubernetesOptions.name(value);
            return name == null ? null : new IstioSettings.Rule(name, Map.of(), Map.of());
        }
        YamlObject keys = value.object().only("name", "canaryLabels", "stableLabels");
        String name = keys.need("name", KubernetesOptions::name, "api-gateway");
        return name == null
                ? null
                : new IstioSettings.Rule(
                        name,
                        keys.get("canaryLabels", IstioDriver::labels, Map.of()),
                        keys.get("stableLabels", IstioDriver::labels, Map.of()));
    }

    private static Map<String, String> labels(YamlNode value) {
        Map<String, String> labels = new LinkedHashMap<>();
        YamlObject keys = value.object();
        for (String key : keys.keys()) {
            keys.get(key).map(YamlNode::text).ifPresent(text -> labels.put(key, text));
        }
        return labels;
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;

/** Reads {@code deployment: { stable: api, canary: api-canary, replicas: 10 }}. */
public final class DeploymentDriver implements RouterDriver {

    static final String NAME = "deployment";

    private static final int MOST_REPLICAS = 10_000;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(settings, "stable", "canary", "replicas");
        String stable = settings.get("stable", KubernetesOptions::name, null);
        String canary = settings.get("canary", KubernetesOptions::name, null);
        Long replicas = settings.get("replicas", n -> n.whole(2, MOST_REPLICAS), null);
        if (canary != null && canary.equals(stable)) {
            settings.get("stable")
                    .orElseThrow()
                    .error("canary and stable are the same Deployment", "name the Deployment of each version");
            return null;
        }
        return new DeploymentSettings(options.naming(stable, canary), replicas == null ? 0 : replicas.intValue());
    }
}

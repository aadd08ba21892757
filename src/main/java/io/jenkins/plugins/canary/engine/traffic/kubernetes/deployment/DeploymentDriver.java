package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/** Reads {@code deployment: { stable: api, canary: api-canary, replicas: 10 }}. */
public final class DeploymentDriver implements RouterDriver {

    static final String NAME = "deployment";

    private static final Section KEYS = KubernetesOptions.keys(
            NAME,
            "Replica counts of two Deployments behind one Service: coarse, for clusters without a mesh.",
            Map.of(),
            """
            stable   | name           | the target's Deployment | Deployment of the stable version.
            canary   | name           | the stable Deployment's, with `-canary` | Deployment of the canary; must exist, with `replicas: 0` before the rollout.
            replicas | whole 2..10000 | as many as both have when the rollout begins | Pods of both versions together.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        KubernetesOptions options = KubernetesOptions.read(settings);
        String stable = settings.get("stable");
        String canary = settings.get("canary");
        Long replicas = settings.get("replicas");
        if (canary != null && canary.equals(stable)) {
            settings.value("stable")
                    .error("canary and stable are the same Deployment", "name the Deployment of each version");
            return null;
        }
        return new DeploymentSettings(options.naming(stable, canary), replicas == null ? 0 : replicas.intValue());
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;

/** Reads {@code argoRollout: { rollout: api, container: api, image: "registry/api:{{version}}" }}. */
public final class ArgoRolloutDriver implements RouterDriver {

    static final String NAME = "argoRollout";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings, "rollout", "container", "image");
        String rollout = settings.need("rollout", KubernetesOptions::name, "api-gateway");
        String container = settings.get("container", KubernetesOptions::name, null);
        ImageName image = new ImageName(settings.get("image", YamlNode::text, null));
        return rollout == null ? null : new ArgoRolloutSettings(home, rollout, container, image);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/** Reads {@code argoRollout: { rollout: api, container: api, image: "registry/api:{{version}}" }}. */
public final class ArgoRolloutDriver implements RouterDriver {

    static final String NAME = "argoRollout";

    private static final Section KEYS = ClusterHome.keys(
            NAME, "An Argo Rollout with the canary strategy, driven as its kubectl plugin does.", Map.of(), """
            rollout   | name | required, `api-gateway` | The Rollout's name.
            container | name | the only one, or the one named like the Rollout | The container whose image is the version.
            image     | text | the image that runs, with the version as its tag | The version's image, in which `{{version}}` stands for the version.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings);
        String rollout = settings.get("rollout");
        String container = settings.get("container");
        ImageName image = new ImageName(settings.<String>get("image"));
        return rollout == null ? null : new ArgoRolloutSettings(home, rollout, container, image);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/**
 * Which cluster a plan means: {@code cluster: production}, or {@code cluster: { kubeconfig: ..., context: ... }}.
 *
 * @param name a cluster configured in Jenkins; null when the plan gives none
 * @param kubeconfig path of a kubeconfig file; null for the usual places
 * @param context a context in the kubeconfig; null for its current one
 */
public record ClusterRef(String name, String kubeconfig, String context) {

    public static final ClusterRef DEFAULT = new ClusterRef(null, null, null);

    private static final Section KUBECONFIG = Section.of("cluster", "A cluster by its kubeconfig.", Map.of(), """
            kubeconfig | text | the usual places, or the pod's service account | Path of a kubeconfig file.
            context    | text | the current one | A context in the kubeconfig.
            """);

    /** The value of {@code cluster:}. */
    public static final KeyType CLUSTER =
            KeyType.either(ClusterRef::read, KeyType.text("name", null), KUBECONFIG.type());

    private static ClusterRef read(YamlNode value) {
        if (!value.isObject()) {
            String name = value.text();
            return name == null ? null : new ClusterRef(name, null, null);
        }
        YamlObject keys = KUBECONFIG.at(value);
        return new ClusterRef(null, keys.get("kubeconfig"), keys.get("context"));
    }
}

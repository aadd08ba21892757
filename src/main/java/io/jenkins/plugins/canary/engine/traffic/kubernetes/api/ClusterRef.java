package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;

/**
 * Which cluster a plan means: {@code cluster: production}, or {@code cluster: { kubeconfig: ..., context: ... }}.
 *
 * @param name a cluster configured in Jenkins; null when the plan gives none
 * @param kubeconfig path of a kubeconfig file; null for the usual places
 * @param context a context in the kubeconfig; null for its current one
 */
public record ClusterRef(String name, String kubeconfig, String context) {

    public static final ClusterRef DEFAULT = new ClusterRef(null, null, null);

    /** Reads the value of {@code cluster:}; null after reporting what is wrong with it. */
    public static ClusterRef read(YamlNode value) {
        if (!value.isObject()) {
            String name = value.text();
            return name == null ? null : new ClusterRef(name, null, null);
        }
        YamlObject keys = value.object().only("kubeconfig", "context");
        return new ClusterRef(
                null, keys.get("kubeconfig", YamlNode::text, null), keys.get("context", YamlNode::text, null));
    }
}

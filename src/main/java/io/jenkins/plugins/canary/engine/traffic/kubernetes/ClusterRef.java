package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.plan.PlanNode;
import io.jenkins.plugins.canary.engine.plan.PlanObject;

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
    public static ClusterRef read(PlanNode value) {
        if (!value.isObject()) {
            String name = value.text();
            return name == null ? null : new ClusterRef(name, null, null);
        }
        PlanObject keys = value.object().only("kubeconfig", "context");
        return new ClusterRef(null, keys.get("kubeconfig", PlanNode::text, null),
                keys.get("context", PlanNode::text, null));
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** What runs under a Deployment's name where there is no Deployment, and why no weight can be given to it. */
enum OtherWorkloads {
    STATEFUL_SET(
            new Kind("apps", "v1", "StatefulSet", "statefulsets"),
            "each of its pods has a name and volumes of its own, so a second version beside it would have other data, and no"
                    + " weight would be true",
            "updateStrategy.rollingUpdate.partition"),
    DAEMON_SET(
            new Kind("apps", "v1", "DaemonSet", "daemonsets"),
            "it runs one pod for each node, so the share would be that of the nodes, not the weight's",
            "updateStrategy.rollingUpdate.maxUnavailable");

    private final Kind kind;
    private final String why;
    private final String update;

    OtherWorkloads(Kind kind, String why, String update) {
        this.kind = kind;
        this.why = why;
        this.update = update;
    }

    /**
     * The one of a Deployment's name, with what to do; "" when there is none. May block.
     *
     * @throws RouterException when the cluster does not tell
     */
    static String find(Cluster cluster, ObjectRef deployment) throws RouterException {
        for (OtherWorkloads other : values()) {
            if (cluster.find(deployment.beside(other.kind, deployment.name())).isPresent()) {
                return deployment.name() + " is a " + other.kind.name() + ": " + other.why + "; update it with its own "
                        + other.update + ", or run the part that answers requests as a Deployment";
            }
        }
        return "";
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.Optional;

/** What may run under a Deployment's name where there is no Deployment, and why no weight can be given to it. */
public enum OtherWorkload {
    STATEFUL_SET(
            new Kind("apps", "v1", "StatefulSet", "statefulsets"),
            "each of its pods has a name and volumes of its own, so a second version beside it would have other data, and no"
                    + " weight would be true",
            "partition"),
    DAEMON_SET(
            new Kind("apps", "v1", "DaemonSet", "daemonsets"),
            "it runs one pod for each node, so the share would be that of the nodes, not the weight's",
            "maxUnavailable");

    private final Kind kind;
    private final String why;
    private final String field;

    OtherWorkload(Kind kind, String why, String field) {
        this.kind = kind;
        this.why = why;
        this.field = field;
    }

    /** The one that has a Deployment's name, if any. */
    static Optional<OtherWorkload> find(Cluster cluster, ObjectRef deployment) throws RouterException {
        for (OtherWorkload other : values()) {
            if (cluster.find(deployment.beside(other.kind, deployment.name())).isPresent()) {
                return Optional.of(other);
            }
        }
        return Optional.empty();
    }

    /** {@code StatefulSet}. */
    public String word() {
        return kind.name();
    }

    /** Why two versions of it side by side do not work by weight. */
    public String why() {
        return why;
    }

    public String remedy() {
        return "update it with its own updateStrategy.rollingUpdate." + field
                + ", or run the part that answers requests as a Deployment";
    }
}

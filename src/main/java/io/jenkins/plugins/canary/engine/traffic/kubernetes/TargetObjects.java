package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.List;

/**
 * What a rollout works with in a cluster.
 *
 * @param target stands for what is released: gives the lock its name and carries the record
 * @param stable what runs the stable version; null when the driver knows of nothing
 * @param canary what runs the version under trial; null when a controller or a chart makes it
 * @param carrier what carries the weight; null when it is no object
 * @param rights what the driver, the lock and the record need
 */
public record TargetObjects(
        ObjectRef target, ObjectRef stable, ObjectRef canary, ObjectRef carrier, List<Right> rights) {

    public TargetObjects {
        rights = List.copyOf(rights);
    }
}

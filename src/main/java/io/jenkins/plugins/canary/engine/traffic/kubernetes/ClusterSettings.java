package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;

/** Settings of a driver that moves traffic by the objects of a cluster. */
public interface ClusterSettings extends RouterSettings {

    ClusterHome home();

    /** What carries the weight. Two rollouts over the same one would set each other's weights. */
    ObjectRef carrier(String namespace, Target target);

    /** May block; changes nothing. */
    TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException;

    /** The pods that the driver shares out between both versions; 0 where it sets no numbers, or takes those there are. */
    default int pods() {
        return 0;
    }

    @Override
    default Object place(Target target, ClusterAccess clusters) {
        String namespace = home().namespace() == null ? target.namespace() : home().namespace();
        return List.of(clusters.identity(home().cluster()), carrier(namespace, target));
    }
}

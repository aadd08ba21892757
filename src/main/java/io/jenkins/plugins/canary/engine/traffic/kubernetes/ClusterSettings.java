package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Settings of a driver that moves traffic by the objects of a cluster. */
public interface ClusterSettings extends RouterSettings {

    /** With so many pods of the canary or fewer, one that is unlike the others passes for a difference of the versions. */
    int FEW_PODS = 2;

    ClusterHome home();

    /** What carries the weight. Two rollouts over the same one would set each other's weights. */
    ObjectRef carrier(String namespace, Target target);

    /** Everything that carries the weight, {@link #carrier} first. */
    default List<ObjectRef> carriers(String namespace, Target target) {
        return List.of(carrier(namespace, target));
    }

    /** May block; changes nothing. */
    TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException;

    /**
     * One version's requests reach the other's pods; empty where not, or where the driver picks no pods. May block.
     *
     * @throws RouterException when the cluster does not tell
     */
    default Optional<SharedPods> sharedPods(Cluster cluster, String namespace, Target target) throws RouterException {
        return Optional.empty();
    }

    /** Whether the canary gets its pods from the driver, or from what it drives, as the weight rises. */
    default boolean scalesCanary() {
        return false;
    }

    /** Whether the driver sets the number of the stable version's pods, beside which nobody else can. */
    default boolean scalesStable() {
        return false;
    }

    /** How many pods the rollout makes of a canary for a weight; 0 where the canary is made by others. */
    default int madePods(int stable, Weight weight) {
        return 0;
    }

    /**
     * What has the canary's name and is not this rollout's canary. May block.
     *
     * @throws RouterException when the cluster does not tell
     */
    default Optional<CanaryClash> canaryClash(Cluster cluster, String namespace, RouterContext context)
            throws RouterException {
        return Optional.empty();
    }

    /**
     * What the settings of the controller's object mean for the rollout. May block.
     *
     * @param hold how long the phases judge the version
     * @throws RouterException when the cluster does not tell
     */
    default List<ControllerSetting> controllerSettings(Cluster cluster, String namespace, Duration hold)
            throws RouterException {
        return List.of();
    }

    /** The rights without which a rollout goes on and tells less. */
    default List<Right> optionalRights() {
        return Right.OPTIONAL;
    }

    /** The rights that a rollout needs beside the others when a phase copies requests. */
    default List<Right> mirrorRights() {
        return List.of();
    }

    /** What other namespaces must grant before the routes' requests can reach the Services. May block. */
    default List<MissingGrant> missingGrants(Cluster cluster, String namespace, Target target) throws RouterException {
        return List.of();
    }

    /** The pods that the driver shares out between both versions; 0 where it sets no numbers, or takes those there are. */
    default int pods() {
        return 0;
    }

    @Override
    default Object place(Target target, ClusterAccess clusters) {
        String namespace = home().namespace() == null ? target.namespace() : home().namespace();
        return List.of(clusters.identity(home().cluster()), Set.copyOf(carriers(namespace, target)));
    }

    /**
     * What a rollout works with in a cluster.
     *
     * @param target stands for what is released: gives the lock its name and carries the record
     * @param stable what runs the stable version; null when the driver knows of nothing
     * @param canary what runs the version under trial; null when a controller or a chart makes it
     * @param carriers what carries the weight; empty when it is no object
     * @param rights what the driver, the lock and the record need
     */
    public record TargetObjects(
            ObjectRef target, ObjectRef stable, ObjectRef canary, List<ObjectRef> carriers, List<Right> rights) {

        public TargetObjects {
            carriers = List.copyOf(carriers);
            rights = List.copyOf(rights);
        }
    }
}

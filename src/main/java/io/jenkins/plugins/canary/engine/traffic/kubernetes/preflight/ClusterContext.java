package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.CanaryClash;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ControllerSetting;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MissingGrant;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.SharedPods;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where a rollout is about to begin.
 *
 * @param settings the driver's, of {@code traffic:}
 * @param router whose rollout it is
 */
record ClusterContext(
        Cluster cluster,
        String namespace,
        TargetObjects objects,
        ClusterSettings settings,
        PreflightSettings plan,
        RouterContext router,
        RolloutSchedule schedule,
        Instant now) {

    /** How long the rollout may take by its plan. */
    Duration lasts() {
        return schedule.longest();
    }

    String rollout() {
        return router.rollout();
    }

    String owner() {
        return router.owner();
    }

    Optional<SharedPods> sharedPods() throws RouterException {
        return settings.sharedPods(cluster, namespace, router.target());
    }

    List<MissingGrant> missingGrants() throws RouterException {
        return settings.missingGrants(cluster, namespace, router.target());
    }

    List<ControllerSetting> controllerSettings() throws RouterException {
        return settings.controllerSettings(cluster, namespace, schedule.hold());
    }

    Optional<CanaryClash> canaryClash() throws RouterException {
        return settings.canaryClash(cluster, namespace, router);
    }

    Optional<PodOwner> stable() throws RouterException {
        return find(objects.stable());
    }

    Optional<PodOwner> canary() throws RouterException {
        return find(objects.canary());
    }

    /** Both versions, as far as they are there. */
    List<PodOwner> versions() throws RouterException {
        List<PodOwner> all = new ArrayList<>();
        stable().ifPresent(all::add);
        canary().ifPresent(all::add);
        return all;
    }

    private Optional<PodOwner> find(ObjectRef ref) throws RouterException {
        return ref == null ? Optional.empty() : cluster.find(ref).map(PodOwner::new);
    }

    /** {@code kubectl -n shop}. */
    String kubectl() {
        return "kubectl -n " + namespace;
    }

    /** What runs one version: a Deployment, or a Rollout. */
    record PodOwner(KubeObject object) {

        ObjectRef ref() {
            return object.ref();
        }

        int replicas() {
            return object.spec().path("replicas").asInt(1);
        }

        JsonNode pod() {
            return object.tree().at("/spec/template/spec");
        }

        JsonNode labels() {
            return object.tree().at("/spec/template/metadata/labels");
        }

        /** {@code app=api,track=canary}. */
        static String list(JsonNode labels) {
            return labels.properties().stream()
                    .map(label -> label.getKey() + "=" + label.getValue().asText())
                    .collect(Collectors.joining(","));
        }

        /** {@code deployment/api}, as kubectl takes it. */
        String named() {
            return object.ref().kind().resource() + "/" + object.ref().name();
        }

        /** Whether a label selector takes its pods; of its expressions only the labels are looked at. */
        boolean selectedBy(JsonNode selector) {
            JsonNode wanted = selector.path("matchLabels");
            if (wanted.isEmpty() && selector.path("matchExpressions").isEmpty()) {
                return !selector.isMissingNode();
            }
            return !wanted.isEmpty()
                    && wanted.properties().stream()
                            .allMatch(label -> labels().path(label.getKey()).equals(label.getValue()));
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PodHealth;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Checks of the pods of both versions: how they begin, how they end, and what may happen to them between. */
final class PodChecks {

    static final Kind BUDGET = new Kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets");

    private static final Set<String> NO_IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable");

    private static final int TWICE = 2;
    private static final int MIN_READY_SECONDS = 30;

    /** Of the API, when nothing is said. */
    private static final int DEFAULT_GRACE_SECONDS = 30;

    private PodChecks() {}

    /** The canary runs before it gets a request: its image is there, and its pods are ready. */
    static void image(ClusterContext context, Findings found) throws RouterException {
        Optional<PodOwner> owner = context.canary();
        if (owner.isEmpty() || owner.get().replicas() == 0) {
            return; // made or scaled up at the first shift, which waits for it
        }
        PodOwner canary = owner.get();
        String labels = PodOwner.list(canary.object().tree().at("/spec/selector/matchLabels"));
        int ready = 0;
        for (KubeObject pod : context.cluster().list(Kind.POD, context.namespace(), labels)) {
            for (JsonNode container : pod.status().path("containerStatuses")) {
                JsonNode waiting = container.at("/state/waiting");
                String reason = waiting.path("reason").asText();
                if (NO_IMAGE.contains(reason)) {
                    found.error(
                            pod.ref(),
                            "cannot get the image " + container.path("image").asText() + ": "
                                    + waiting.path("message").asText(reason),
                            "the version on trial does not run, so its share of the requests would fail",
                            context.kubectl() + " describe pod " + pod.ref().name()
                                    + "  # then fix the tag or the imagePullSecrets");
                    return;
                }
            }
            ready += PodHealth.isReady(pod) ? 1 : 0;
        }
        if (ready < canary.replicas()) {
            found.error(
                    canary.ref(),
                    "has " + ready + " of " + canary.replicas() + " pods ready",
                    "the pods that are not ready would be missing when their share of the requests comes",
                    context.kubectl() + " rollout status " + canary.named() + " --timeout=5m");
        }
    }

    /** Both versions have the same containers: a promotion copies images, and nothing else of a pod. */
    static void containers(ClusterContext context, Findings found) throws RouterException {
        List<PodOwner> versions = context.versions();
        if (versions.size() < 2) {
            return;
        }
        Set<String> stable = names(versions.get(0));
        Set<String> canary = names(versions.get(1));
        if (!stable.equals(canary)) {
            found.warning(
                    versions.get(1).ref(),
                    "has the containers " + canary + ", and " + versions.get(0).ref() + " has " + stable,
                    "the phases judge pods that the promotion does not make: it copies the images of the containers that both"
                            + " have",
                    context.kubectl() + " edit " + versions.get(0).named() + "  # give both the same containers");
        }
    }

    private static Set<String> names(PodOwner version) {
        Set<String> names = new TreeSet<>();
        version.pod()
                .path("initContainers")
                .forEach(c -> names.add(c.path("name").asText()));
        version.pod().path("containers").forEach(c -> names.add(c.path("name").asText()));
        return names;
    }

    /** Pods say when they can answer, and not by a single lucky probe. */
    static void readiness(ClusterContext context, Findings found) throws RouterException {
        for (PodOwner version : context.versions()) {
            String probed = null;
            int most = 0;
            for (JsonNode container : version.pod().path("containers")) {
                if (container.has("readinessProbe")) {
                    int needs = container.at("/readinessProbe/successThreshold").asInt(1);
                    probed = needs >= most ? container.path("name").asText() : probed;
                    most = Math.max(most, needs);
                }
            }
            if (probed == null) {
                found.warning(
                        version.ref(),
                        "has no readinessProbe",
                        "a pod gets requests the moment its process starts, so every shift and every new pod costs some",
                        context.kubectl() + " edit " + version.named()
                                + "  # add a readinessProbe with successThreshold: 2");
            } else if (most < TWICE) {
                found.warning(
                        version.ref(),
                        "counts a pod as ready after one answer (successThreshold " + most + " of container " + probed
                                + ")",
                        "a pod that is still warming up flaps in and out of traffic, which shows as 503s of the canary",
                        context.kubectl() + " patch " + version.named() + " --type=strategic -p"
                                + " '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"" + probed
                                + "\",\"readinessProbe\":{\"successThreshold\":2}}]}}}}'");
            }
        }
    }

    /** A new pod counts only when it has stayed ready for a while. */
    static void minReady(ClusterContext context, Findings found) throws RouterException {
        for (PodOwner version : context.versions()) {
            int seconds = version.object().spec().path("minReadySeconds").asInt();
            if (seconds < MIN_READY_SECONDS) {
                found.warning(
                        version.ref(),
                        "has minReadySeconds " + seconds,
                        "pods that die in their first seconds count as available, and a promotion replaces the old ones"
                                + " with them",
                        context.kubectl() + " patch " + version.named()
                                + " --type=merge -p '{\"spec\":{\"minReadySeconds\":" + MIN_READY_SECONDS + "}}'");
            }
        }
    }

    /** A pod lives as long as the ingress may still send to it. */
    static void grace(ClusterContext context, Findings found) throws RouterException {
        long wanted = context.plan().drainTimeout().toSeconds();
        for (PodOwner version : context.versions()) {
            long grace = version.pod().path("terminationGracePeriodSeconds").asLong(DEFAULT_GRACE_SECONDS);
            if (grace < wanted) {
                found.warning(
                        version.ref(),
                        "ends its pods after " + grace + " s, and the ingress drains for "
                                + Units.print(context.plan().drainTimeout()),
                        "connections that the ingress still holds are cut at every shift and promotion: 502s",
                        context.kubectl() + " patch " + version.named()
                                + " --type=merge -p '{\"spec\":{\"template\":{\"spec\":"
                                + "{\"terminationGracePeriodSeconds\":" + wanted + "}}}}'");
            }
        }
    }

    /** A drained node does not take all pods of one version with it. */
    static void disruption(ClusterContext context, Findings found) throws RouterException {
        List<KubeObject> budgets = context.cluster().listKnown(BUDGET, context.namespace());
        for (PodOwner version : context.versions()) {
            boolean covered =
                    budgets.stream().anyMatch(b -> version.selectedBy(b.spec().path("selector")));
            if (!covered && version.replicas() > 0) {
                found.warning(
                        version.ref(),
                        "has no PodDisruptionBudget",
                        "the few pods of a canary may all be on the one node that is drained, which looks like a fault of the"
                                + " version",
                        context.kubectl() + " create pdb " + version.ref().name() + " --selector="
                                + PodOwner.list(version.labels()) + " --max-unavailable=1");
            }
        }
    }
}

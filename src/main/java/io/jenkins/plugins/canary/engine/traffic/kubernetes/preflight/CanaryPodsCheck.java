package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The canary runs before it gets a request: its image is there, and its pods are ready. */
final class CanaryPodsCheck implements PreflightCheck {

    private static final Set<String> NO_IMAGE = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "InvalidImageName",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable");

    @Override
    public String name() {
        return "image";
    }

    @Override
    public List<Right> rights(boolean fix) {
        return Right.on(Kind.POD, "list");
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        Optional<PodOwner> found = clusterContext.canary();
        if (found.isEmpty() || found.get().replicas() == 0) {
            return List.of(); // made or scaled up at the first shift, which waits for it
        }
        PodOwner canary = found.get();
        String labels = canary.object().tree().at("/spec/selector/matchLabels").properties().stream()
                .map(label -> label.getKey() + "=" + label.getValue().asText())
                .collect(Collectors.joining(","));
        int ready = 0;
        for (KubeObject pod : clusterContext.cluster().list(Kind.POD, clusterContext.namespace(), labels)) {
            for (JsonNode container : pod.status().path("containerStatuses")) {
                JsonNode waiting = container.path("state").path("waiting");
                if (NO_IMAGE.contains(waiting.path("reason").asText())) {
                    return List.of(PreflightFinding.error(
                            name(),
                            pod.ref(),
                            "cannot get the image "
                                    + container.path("image").asText() + ": "
                                    + waiting.path("message")
                                            .asText(waiting.path("reason").asText()),
                            "the version on trial does not run, so its share of the requests would fail",
                            clusterContext.kubectl() + " describe pod "
                                    + pod.ref().name() + "  # then fix the tag or the imagePullSecrets"));
                }
            }
            ready += ready(pod) ? 1 : 0;
        }
        return ready >= canary.replicas()
                ? List.of()
                : List.of(PreflightFinding.error(
                        name(),
                        canary.ref(),
                        "has " + ready + " of " + canary.replicas() + " pods ready",
                        "the pods that are not ready would be missing when their share of the requests comes",
                        clusterContext.kubectl() + " rollout status " + canary.named() + " --timeout=5m"));
    }

    private static boolean ready(KubeObject pod) {
        for (JsonNode condition : pod.status().path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True")
                        && !pod.metadata().has("deletionTimestamp");
            }
        }
        return false;
    }
}

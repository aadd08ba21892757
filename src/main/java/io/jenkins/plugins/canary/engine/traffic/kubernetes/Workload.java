package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a Deployment wants and how far it has come, by the rules of {@code kubectl rollout status}.
 *
 * @param replicas how many pods are wanted
 * @param pods how many there are, of any template
 * @param updated how many are of the current template
 * @param ready how many of any template are ready
 * @param available how many of any template have been ready for minReadySeconds
 * @param observed whether the controller has seen the current spec; the other counts mean little before
 * @param stalled the reason, when the controller gave up waiting for progress; else null
 * @param images image by container name, init containers included
 */
public record Workload(
        ObjectRef ref,
        int replicas,
        int pods,
        int updated,
        int ready,
        int available,
        boolean observed,
        String stalled,
        boolean recreates,
        Map<String, String> images) {

    public static Workload of(KubeObject deployment) {
        JsonNode spec = deployment.spec();
        JsonNode status = deployment.status();
        return new Workload(
                deployment.ref(),
                spec.path("replicas").asInt(1),
                status.path("replicas").asInt(),
                status.path("updatedReplicas").asInt(),
                status.path("readyReplicas").asInt(),
                status.path("availableReplicas").asInt(),
                status.path("observedGeneration").asLong() >= deployment.generation(),
                stalled(deployment.condition("Progressing")),
                spec.path("strategy").path("type").asText().equals("Recreate"),
                images(deployment.tree()));
    }

    private static String stalled(JsonNode progressing) {
        return progressing.path("reason").asText().equals("ProgressDeadlineExceeded")
                ? progressing.path("message").asText("its progress deadline is exceeded")
                : null;
    }

    private static Map<String, String> images(ObjectNode tree) {
        Map<String, String> images = new TreeMap<>();
        containers(tree)
                .forEach((name, container) ->
                        images.put(name, container.path("image").asText()));
        return images;
    }

    /** Writes images into a Deployment's template; containers that are not named stay as they are. */
    static void setImages(ObjectNode tree, Map<String, String> images) {
        containers(tree).forEach((name, container) -> {
            if (images.containsKey(name)) {
                container.put("image", images.get(name));
            }
        });
    }

    private static Map<String, ObjectNode> containers(ObjectNode tree) {
        Map<String, ObjectNode> all = new LinkedHashMap<>();
        JsonNode pod = tree.path("spec").path("template").path("spec");
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : pod.path(list)) {
                all.put(container.path("name").asText(), (ObjectNode) container);
            }
        }
        return all;
    }

    /** Every pod is of the current template, and available. */
    public boolean rolledOut() {
        return onlyCurrentPods() && updated >= replicas && available >= updated;
    }

    /** No pod of an earlier template is left. */
    public boolean onlyCurrentPods() {
        return observed && pods <= updated;
    }

    /** {@code 3 of 10 pods updated, 2 available}. */
    public String progress() {
        return observed
                ? updated + " of " + replicas + " pods updated, " + available + " available"
                : "waiting for the controller";
    }

    boolean runs(Map<String, String> wanted) {
        return images.entrySet().containsAll(wanted.entrySet());
    }
}

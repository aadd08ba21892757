package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;

/** As much of Argo Rollouts' controller as moves steps; checked against the real one by the same contract. */
final class FakeArgo {

    private FakeArgo() {}

    /** Goes on until the Rollout stands still. */
    static void reconcile(KubeWorld in) throws Exception {
        KubeObject rollout = in.get(KubeWorld.ROLLOUT, "api");
        JsonNode strategy = rollout.spec().path("strategy");
        if (strategy.has("blueGreen")) {
            in.putStatus(rollout, status -> switchOver(rollout, status));
            replicaSet(in, in.get(KubeWorld.ROLLOUT, "api"));
        } else {
            in.putStatus(
                    rollout, status -> move(rollout, strategy.path("canary").path("steps"), status));
        }
        pods(in, in.get(KubeWorld.ROLLOUT, "api"));
    }

    private static void replicaSet(KubeWorld in, KubeObject rollout) throws Exception {
        ObjectRef ref = in.ref(
                Kind.REPLICA_SET,
                "api-" + rollout.status().path("currentPodHash").asText());
        if (in.admin().find(ref).isEmpty()) {
            ObjectNode tree = Cluster.JSON.createObjectNode();
            tree.withObject("/spec").set("template", rollout.spec().path("template"));
            in.admin().create(ref, tree);
        }
    }

    /** One pod of each version that has any. */
    private static void pods(KubeWorld in, KubeObject rollout) throws Exception {
        boolean trial = rollout.spec().path("strategy").has("blueGreen")
                || !rollout.status().path("stableRS").equals(rollout.status().path("currentPodHash"));
        String hash = rollout.status().path("currentPodHash").asText();
        ObjectRef pod = in.ref(Kind.POD, "api-" + hash);
        if (rollout.spec().path("replicas").asInt() == 0) {
            in.delete(Kind.POD, pod.name());
        } else if (trial && in.admin().find(pod).isEmpty()) {
            ObjectNode tree = Cluster.JSON.createObjectNode();
            tree.withObject("/metadata/labels").put("rollouts-pod-template-hash", hash);
            tree.withObject("/status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", "True");
            in.admin().create(pod, tree);
        }
    }

    private static void switchOver(KubeObject rollout, ObjectNode status) {
        String hash = hash(rollout);
        status.put("observedGeneration", String.valueOf(rollout.generation()));
        if (!status.path("currentPodHash").asText().equals(hash)) {
            status.put("currentPodHash", hash)
                    .put("abort", false)
                    .put("promoteFull", false)
                    .put("controllerPause", false);
            status.remove("pauseConditions");
        }
        ObjectNode blueGreen = status.withObject("/blueGreen").put("previewSelector", hash);
        String stable = status.path("stableRS").asText(hash);
        boolean resumed = status.path("controllerPause").asBoolean()
                && status.path("pauseConditions").isEmpty();
        if (stable.equals(hash) || resumed || status.path("promoteFull").asBoolean()) {
            blueGreen.put("activeSelector", hash);
            status.put("stableRS", hash)
                    .put("abort", false)
                    .put("promoteFull", false)
                    .put("controllerPause", false)
                    .put("phase", "Healthy")
                    .put("message", "");
        } else if (status.path("abort").asBoolean()) {
            blueGreen.put("activeSelector", stable);
            status.put("controllerPause", false)
                    .put("phase", "Degraded")
                    .put("message", "RolloutAborted: Rollout aborted update to revision 2");
            status.remove("pauseConditions");
        } else {
            status.put("controllerPause", true).put("phase", "Paused").put("message", "BlueGreenPause");
            status.putArray("pauseConditions")
                    .addObject()
                    .put("reason", "BlueGreenPause")
                    .put("startTime", "2026-01-01T00:00:00Z");
        }
    }

    private static String hash(KubeObject rollout) {
        return Integer.toHexString(rollout.spec().path("template").toString().hashCode());
    }

    private static void move(KubeObject rollout, JsonNode steps, ObjectNode status) {
        String hash = hash(rollout);
        status.put("observedGeneration", String.valueOf(rollout.generation()));
        if (!status.has("stableRS")) {
            status.put("stableRS", hash).put("currentPodHash", hash).put("currentStepIndex", steps.size());
        }
        boolean stable = status.path("stableRS").asText().equals(hash);
        if (!status.path("currentPodHash").asText().equals(hash)) {
            status.put("currentPodHash", hash)
                    .put("abort", false)
                    .put("promoteFull", false)
                    .put("controllerPause", false)
                    .put("currentStepIndex", stable ? steps.size() : 0);
            status.remove("pauseConditions");
        }
        if (stable) {
            say(status, 0, "Healthy", "");
        } else if (status.path("promoteFull").asBoolean()) {
            status.put("stableRS", hash).put("promoteFull", false).put("currentStepIndex", steps.size());
            say(status, 0, "Healthy", "");
        } else if (status.path("abort").asBoolean()) {
            status.put("currentStepIndex", 0).put("controllerPause", false);
            status.remove("pauseConditions");
            say(status, 0, "Degraded", "RolloutAborted: Rollout aborted update to revision 2");
        } else {
            walk(steps, status, hash);
        }
    }

    private static void walk(JsonNode steps, ObjectNode status, String hash) {
        int step = status.path("currentStepIndex").asInt();
        int weight = status.path("canary")
                .path("weights")
                .path("canary")
                .path("weight")
                .asInt();
        boolean waiting = false;
        while (step < steps.size() && !waiting) {
            if (steps.path(step).has("setWeight")) {
                weight = steps.path(step++).path("setWeight").asInt();
                status.put("controllerPause", false);
            } else if (!status.path("pauseConditions").isEmpty()) {
                waiting = true;
            } else if (status.path("controllerPause").asBoolean()) {
                status.put("controllerPause", false);
                step++;
            } else {
                status.put("controllerPause", true)
                        .putArray("pauseConditions")
                        .addObject()
                        .put("reason", "CanaryPauseStep")
                        .put("startTime", "2026-01-01T00:00:00Z");
            }
        }
        status.put("currentStepIndex", step);
        if (waiting) {
            say(status, weight, "Paused", "CanaryPauseStep");
        } else {
            status.put("stableRS", hash);
            say(status, 0, "Healthy", "");
        }
    }

    private static void say(ObjectNode status, int weight, String phase, String message) {
        ObjectNode weights = status.withObject("/canary/weights");
        weights.withObject("/canary").put("weight", weight);
        weights.withObject("/stable").put("weight", 100 - weight);
        status.put("phase", phase).put("message", message);
    }
}

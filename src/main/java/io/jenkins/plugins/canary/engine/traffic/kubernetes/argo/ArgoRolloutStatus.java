package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.Locale;

/**
 * What a Rollout's controller says of it, read by the rules of {@code kubectl argo rollouts status} and {@code get}.
 *
 * @param version the resourceVersion that was read
 * @param observed whether the controller has seen the spec as it is; the rest means little before
 * @param step the current step's index; the number of steps when it is through
 * @param promoted whether the template's pods are the stable ones
 * @param pausedAtStep whether it waits at a pause step, or with blueGreen for its promotion
 * @param inconclusive whether it waits because an analysis could not tell
 * @param unpausing whether somebody ended a pause that the controller has not ended yet
 * @param inForce whether the traffic router was seen to have that weight
 * @param trialHash of the template under trial, as its pods are labelled; "" when there is none
 * @param trialPods how many pods it has
 * @param routed whether there is a traffic router; else the weight is a share of the pods
 */
record ArgoRolloutStatus(
        String version,
        Phase phase,
        String message,
        boolean observed,
        boolean aborted,
        boolean manuallyPaused,
        int step,
        boolean promoted,
        boolean promotingFully,
        boolean pausedAtStep,
        boolean inconclusive,
        boolean unpausing,
        Weight weight,
        boolean inForce,
        String trialHash,
        int trialPods,
        boolean routed) {

    enum Phase {
        HEALTHY,
        PAUSED,
        DEGRADED,
        PROGRESSING;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param workload the Deployment that holds the pod template; null when the Rollout holds it itself
     * @param switched what the canary gets with the strategy blueGreen; null with the strategy canary
     */
    static ArgoRolloutStatus of(KubeObject rollout, KubeObject workload, Weight switched) {
        JsonNode status = rollout.status();
        CanarySteps steps = CanarySteps.of(rollout.spec());
        boolean observed = observed(rollout.generation(), status.path("observedGeneration"))
                && (workload == null || observed(workload.generation(), status.path("workloadObservedGeneration")));
        boolean unpausing = status.path("controllerPause").asBoolean()
                && status.path("pauseConditions").isEmpty();
        Told told = !observed
                ? new Told(Phase.PROGRESSING, "its controller has not seen the last change yet")
                : unpausing ? new Told(Phase.PROGRESSING, "waiting for it to go on") : Told.by(rollout.spec(), status);
        boolean aborted = status.path("abort").asBoolean();
        boolean promoted = promoted(status);
        int step = steps.size() == 0 ? 0 : status.path("currentStepIndex").asInt(promoted ? steps.size() : 0);
        boolean routed = routed(rollout.spec());
        JsonNode weights = status.path("canary").path("weights");
        boolean serves = Weight.FULL.equals(switched);
        String hash = serves
                ? activeHash(status)
                : promoted ? "" : status.path("currentPodHash").asText();
        Weight byStep = promoted || aborted ? Weight.ZERO : steps.at(step);
        return new ArgoRolloutStatus(
                rollout.resourceVersion(),
                told.phase,
                told.message,
                observed,
                aborted,
                rollout.spec().path("paused").asBoolean(),
                step,
                promoted,
                status.path("promoteFull").asBoolean(),
                waits(status, switched == null ? "CanaryPauseStep" : "BlueGreenPause"),
                waits(status, "InconclusiveAnalysisRun"),
                unpausing,
                switched != null
                        ? switched
                        : routed && weights.hasNonNull("canary")
                                ? steps.weight(
                                        weights.path("canary").path("weight").asInt())
                                : byStep,
                inForce(status, aborted, routed, promoted),
                hash,
                status.path("updatedReplicas").asInt(),
                routed);
    }

    /** The controller has not seen, or not followed, what was last changed. */
    boolean takesUpChange() {
        return !observed || unpausing;
    }

    /** The template's pods are the stable ones, and all is done. */
    boolean atRest() {
        return promoted && phase == Phase.HEALTHY;
    }

    /** The controller has something to do that it was not seen to begin. */
    boolean pending() {
        return !observed || unpausing || promotingFully || aborted && !promoted && !weight.isZero();
    }

    /** Argo writes its observedGeneration as text; others, and one day perhaps Argo, as a number. */
    private static boolean observed(long generation, JsonNode said) {
        try {
            return Long.parseLong(said.asText()) >= generation;
        } catch (NumberFormatException hashOfAnOldVersion) {
            return !said.isMissingNode();
        }
    }

    /** Of the version whose pods the active Service selects, with the strategy blueGreen. */
    static String activeHash(JsonNode status) {
        return status.at("/blueGreen/activeSelector").asText();
    }

    /** Without a router a canary gets a share of the pods; blueGreen moves a selector. */
    private static boolean routed(JsonNode spec) {
        JsonNode strategy = spec.path("strategy");
        return strategy.path("canary").hasNonNull("trafficRouting") || strategy.hasNonNull("blueGreen");
    }

    private static boolean promoted(JsonNode status) {
        String stable = status.path("stableRS").asText();
        return !stable.isEmpty() && stable.equals(status.path("currentPodHash").asText());
    }

    private static boolean waits(JsonNode status, String reason) {
        for (JsonNode condition : status.path("pauseConditions")) {
            if (condition.path("reason").asText().equals(reason)) {
                return true;
            }
        }
        return false;
    }

    private static boolean inForce(JsonNode status, boolean aborted, boolean routed, boolean promoted) {
        JsonNode weights = status.path("canary").path("weights");
        if (routed) {
            return weights.path("verified").asBoolean(true);
        }
        return !aborted || promoted || status.path("updatedReplicas").asInt() == 0;
    }

    /** A phase and why; the controller of version 1.0 and later says it itself. */
    private record Told(Phase phase, String message) {

        static Told by(JsonNode spec, JsonNode status) {
            String word = status.path("phase").asText();
            for (Phase phase : Phase.values()) {
                if (phase.name().equalsIgnoreCase(word)) {
                    return new Told(phase, status.path("message").asText().replaceAll("\\s+", " "));
                }
            }
            return computed(spec, status);
        }

        private static Told computed(JsonNode spec, JsonNode status) {
            for (JsonNode condition : status.path("conditions")) {
                String reason = condition.path("reason").asText();
                if (condition.path("type").asText().equals("InvalidSpec")
                        || reason.equals("RolloutAborted")
                        || reason.equals("ProgressDeadlineExceeded")) {
                    return new Told(
                            Phase.DEGRADED,
                            reason + ": " + condition.path("message").asText());
                }
            }
            if (spec.path("paused").asBoolean()) {
                return new Told(Phase.PAUSED, "manually paused");
            }
            if (!status.path("pauseConditions").isEmpty()) {
                return new Told(
                        Phase.PAUSED,
                        status.path("pauseConditions").path(0).path("reason").asText());
            }
            int updated = status.path("updatedReplicas").asInt();
            if (updated < spec.path("replicas").asInt(1)) {
                return new Told(Phase.PROGRESSING, "more replicas need to be updated");
            }
            if (status.path("availableReplicas").asInt() < updated) {
                return new Told(Phase.PROGRESSING, "updated replicas are still becoming available");
            }
            if (!routed(spec) && status.path("replicas").asInt() > updated) {
                return new Told(Phase.PROGRESSING, "old replicas are pending termination");
            }
            return promoted(status)
                    ? new Told(Phase.HEALTHY, "")
                    : new Told(Phase.PROGRESSING, "waiting for all steps to complete");
        }
    }
}

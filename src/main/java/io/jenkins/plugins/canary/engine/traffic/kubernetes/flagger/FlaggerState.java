package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;

/**
 * What was seen of a Canary: Flagger's status, the weight in the route, and the two Deployments.
 *
 * @param weight percent of the requests that go to the Deployment under analysis, from the route where there is one that
 *     this driver can read, since the status lags and reads 0 while Flagger waits for a promotion
 * @param caughtUp whether Flagger has seen the target hold what it promoted last, and nothing newer
 * @param canaryReady whether all pods of the Deployment under analysis are available: Flagger asks no gate before
 * @param primaryImage the image that the primary Deployment runs; "" before there is one
 */
record FlaggerState(
        Phase phase,
        int weight,
        int failedChecks,
        String says,
        FlaggerSteps steps,
        TrialTemplate.Now template,
        boolean caughtUp,
        boolean canaryReady,
        String primaryImage) {

    /** The words of status.phase. */
    enum Phase {
        INITIALIZING,
        INITIALIZED,
        WAITING,
        PROGRESSING,
        WAITINGPROMOTION,
        PROMOTING,
        FINALISING,
        SUCCEEDED,
        FAILED,
        TERMINATING,
        TERMINATED;

        static Phase of(String word) {
            for (Phase phase : values()) {
                if (phase.name().equalsIgnoreCase(word)) {
                    return phase;
                }
            }
            return INITIALIZING;
        }

        boolean atRest() {
            return this == INITIALIZED || this == SUCCEEDED || this == FAILED;
        }

        /** Flagger asks its gates, and can be told to roll back. */
        boolean underAnalysis() {
            return this == WAITING || this == PROGRESSING || this == WAITINGPROMOTION;
        }
    }

    /**
     * @param route percent in the route; null when there is none that can be read
     */
    static FlaggerState of(
            KubeObject canary, Integer route, TrialTemplate.Now template, boolean canaryReady, String primaryImage) {
        JsonNode status = canary.status();
        Phase phase = Phase.of(status.path("phase").asText());
        FlaggerSteps steps = FlaggerSteps.of(canary.spec().path("analysis"));
        int told = phase == Phase.WAITINGPROMOTION
                ? steps.max()
                : status.path("canaryWeight").asInt();
        String says = "";
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals("Promoted")) {
                says = condition.path("message").asText().replaceAll("\\s+", " ");
            }
        }
        return new FlaggerState(
                phase,
                route == null ? told : route,
                status.path("failedChecks").asInt(),
                says,
                steps,
                template,
                status.path("lastAppliedSpec").equals(status.path("lastPromotedSpec")),
                canaryReady,
                primaryImage);
    }

    boolean trying() {
        return template.trying();
    }

    /** This rollout's version is the primary now. */
    boolean promoted() {
        return template.trial() != null
                && primaryImage.equals(template.trial().to())
                && !template.trial().to().equals(template.trial().from());
    }

    /** The version under trial has become the primary, and the one before is on its way back through an analysis. */
    boolean takingBack() {
        return template.restored() && promoted();
    }

    /** {@code progressing, 2 failed checks: ...}. */
    String detail() {
        if (phase == Phase.INITIALIZED || phase == Phase.SUCCEEDED) {
            return "";
        }
        return phase.name().toLowerCase(java.util.Locale.ROOT) + " at " + weight + "%"
                + (failedChecks == 0 ? "" : ", " + failedChecks + " failed checks")
                + (says.isEmpty() ? "" : ": " + says);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoRolloutStatus.Phase;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of Argo's own info and status code, by example. */
class ArgoRolloutStatusTest {

    private static final String STEPS = "[{setWeight: 5}, {pause: {}}, {setWeight: 20}, {pause: {duration: 60}},"
            + " {analysis: {}}, {pause: {}}, {setWeight: 50}]";

    private static KubeObject object(Kind kind, String yaml) throws Exception {
        return new KubeObject(
                new ObjectRef(kind, "shop", "api"), (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree(yaml));
    }

    private static ArgoRolloutStatus state(String canary, String status) throws Exception {
        return ArgoRolloutStatus.of(
                object(
                        KubeWorld.ROLLOUT,
                        "{metadata: {generation: 3}, spec: {replicas: 4, strategy: {canary: {" + canary
                                + "}}}, status: {" + status + "}}"),
                null,
                null);
    }

    @ParameterizedTest
    @CsvSource({"'\"3\"', true", "'\"2\"', false", "3, true", "2, false", "'\"4\"', true", "'\"7fd9b5545c\"', true"})
    void theGenerationIsTextOrANumberOrAHashOfOldTimes(String observed, boolean seen) throws Exception {
        ArgoRolloutStatus state = state("steps: " + STEPS, "phase: Healthy, observedGeneration: " + observed);
        assertEquals(seen, state.observed());
        assertEquals(seen ? Phase.HEALTHY : Phase.PROGRESSING, state.phase());
    }

    @Test
    void aRolloutThatIsToGoOnButHasNotYetIsProgressing() throws Exception {
        ArgoRolloutStatus state =
                state("steps: " + STEPS, "phase: Paused, observedGeneration: '3', controllerPause: true");
        assertEquals(Phase.PROGRESSING, state.phase());
        assertTrue(state.unpausing() && state.pending());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conditions: [{type: InvalidSpec, reason: InvalidSpec, message: x}] | DEGRADED",
                "conditions: [{type: Progressing, reason: ProgressDeadlineExceeded, message: x}] | DEGRADED",
                "conditions: [{type: Progressing, reason: RolloutAborted, message: x}], abort: true | DEGRADED",
                "pauseConditions: [{reason: CanaryPauseStep}], controllerPause: true | PAUSED",
                "updatedReplicas: 3, availableReplicas: 4 | PROGRESSING",
                "updatedReplicas: 4, availableReplicas: 3 | PROGRESSING",
                "updatedReplicas: 4, availableReplicas: 4, replicas: 5 | PROGRESSING",
                "updatedReplicas: 4, availableReplicas: 4, stableRS: a, currentPodHash: b | PROGRESSING",
                "updatedReplicas: 4, availableReplicas: 4, stableRS: a, currentPodHash: a | HEALTHY"
            })
    void controllersThatDoNotTellTheirPhaseAreReadAsThePluginReadsThem(String status, Phase phase) throws Exception {
        assertEquals(
                phase,
                state("steps: " + STEPS, "observedGeneration: '3', " + status).phase());
    }

    @Test
    void theRealWeightWinsOverTheStep() throws Exception {
        String routed = "trafficRouting: {istio: {}}, steps: " + STEPS;
        String at = "observedGeneration: '3', phase: Progressing, currentStepIndex: 2, stableRS: a, currentPodHash: b";
        assertEquals(Weight.ofPercent(20), state(routed, at).weight());
        ArgoRolloutStatus real = state(routed, at + ", canary: {weights: {canary: {weight: 5}, verified: false}}");
        assertEquals(Weight.ofPercent(5), real.weight());
        assertFalse(real.inForce());
    }

    @Test
    void aThousandMayBeAll() throws Exception {
        String routed = "trafficRouting: {maxTrafficWeight: 1000, nginx: {}}, steps: [{setWeight: 5}, {pause: {}}]";
        assertEquals(
                new Weight(5),
                state(
                                routed,
                                "observedGeneration: '3', currentStepIndex: 1, stableRS: a,"
                                        + " currentPodHash: b, canary: {weights: {canary: {weight: 5}}}")
                        .weight());
    }

    @Test
    void withoutARouterAnAbortLastsUntilThePodsAreGone() throws Exception {
        String aborted = "observedGeneration: '3', phase: Degraded, abort: true, currentStepIndex: 0, stableRS: a,"
                + " currentPodHash: b, updatedReplicas: ";
        assertFalse(state("steps: " + STEPS, aborted + 1).inForce());
        assertTrue(state("steps: " + STEPS, aborted + 0).inForce());
    }

    @Test
    void aChangeOfTheWorkloadMustHaveBeenSeenToo() throws Exception {
        KubeObject rollout = object(
                KubeWorld.ROLLOUT,
                "{metadata: {generation: 3}, spec: {strategy: {canary: {}}},"
                        + " status: {phase: Healthy, observedGeneration: '3', workloadObservedGeneration: '7'}}");
        assertTrue(ArgoRolloutStatus.of(rollout, object(Kind.DEPLOYMENT, "{metadata: {generation: 7}}"), null)
                .observed());
        assertFalse(ArgoRolloutStatus.of(rollout, object(Kind.DEPLOYMENT, "{metadata: {generation: 8}}"), null)
                .observed());
    }

    @Test
    void aRolloutStandsStillOnlyAtPausesWithoutAnEnd() throws Exception {
        CanarySteps steps =
                CanarySteps.of(object(KubeWorld.ROLLOUT, "{spec: {strategy: {canary: {steps: " + STEPS + "}}}}")
                        .spec());
        assertEquals(OptionalInt.of(1), steps.stop(Weight.ofPercent(5), 0));
        assertEquals(OptionalInt.of(5), steps.stop(Weight.ofPercent(20), 0));
        assertEquals(2, steps.opening(5));
        assertNull(steps.refusal(Weight.ofPercent(20)));
        assertNotNull(steps.refusal(Weight.ofPercent(50)));
        assertNotNull(steps.refusal(Weight.FULL));
        assertTrue(steps.refusal(new Weight(125)).contains("whole numbers"));
    }
}

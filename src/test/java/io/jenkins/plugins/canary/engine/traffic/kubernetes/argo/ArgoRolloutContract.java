package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ControllerContract;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

abstract class ArgoRolloutContract extends ControllerContract {

    /** Those that the contract asks for, each followed by a pause without an end. */
    static final int[] WEIGHTS = {1, 2, 5, 10, 12, 20, 25, 30, 33, 40, 50, 66, 75, 90, 99, 100};

    @Override
    protected RouterDriver driver() {
        return new ArgoRolloutDriver();
    }

    @Override
    protected String ownSettings() {
        return "rollout: api";
    }

    String manifests() {
        return ArgoObjects.manifests(WEIGHTS);
    }

    @Override
    protected void furnish(KubeWorld in) throws Exception {
        in.create(manifests());
        for (int i = 0; i < 100 && !rollout(in).status().path("phase").asText().equals("Healthy"); i++) {
            letTheWorldMoveOn();
        }
        assertEquals("Healthy", rollout(in).status().path("phase").asText());
    }

    static KubeObject rollout(KubeWorld in) throws Exception {
        return in.get(KubeWorld.ROLLOUT, "api");
    }

    /** As {@code kubectl argo rollouts} patches it. */
    static void editStatus(KubeWorld in, Consumer<ObjectNode> change) throws Exception {
        in.admin().editStatus(in.ref(KubeWorld.ROLLOUT, "api"), seen -> {
            change.accept(seen.tree().withObject("/status"));
            return true;
        });
    }

    /** As somebody does who promotes step by step. */
    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        int index = 0;
        while (WEIGHTS[index] != weight.tenths() / 10) {
            index++;
        }
        int step = 2 * index;
        editStatus(world(), status -> {
            status.put("currentStepIndex", step);
            status.remove("pauseConditions");
        });
    }

    @Override
    protected void abortByHand(KubeWorld in) throws Exception {
        editStatus(in, status -> status.put("abort", true));
        letTheWorldMoveOn();
    }

    @Override
    protected void takeTheCanarysPodsAway(KubeWorld in) throws Exception {
        in.edit(KubeWorld.ROLLOUT, "api", tree -> tree.withObject("/spec").put("replicas", 0));
    }

    @Override
    protected String stableImage(KubeWorld in) throws Exception {
        KubeObject rollout = rollout(in);
        assertEquals("Healthy", rollout.status().path("phase").asText());
        assertEquals(rollout.status().path("stableRS"), rollout.status().path("currentPodHash"));
        return rollout.tree().at("/spec/template/spec/containers/1/image").asText();
    }

    @Test
    void nothingButTheImageChangesInTheSpec() throws Exception {
        ObjectNode before = rollout(world()).tree().deepCopy();
        try (TrafficRouter router = again(settings())) {
            underWay(router);
        }
        ObjectNode after = rollout(world()).tree();
        ((ObjectNode) before.at("/spec/template/spec/containers/1")).put("image", "api:v2");
        assertEquals(before.get("spec"), after.get("spec"));
    }

    @Test
    void aTemplateThatSomebodyChangedMeanwhileIsNotHalfPutBack() throws Exception {
        try (TrafficRouter router = again(settings())) {
            underWay(router);
            world().edit(
                            KubeWorld.ROLLOUT,
                            "api",
                            tree -> ((ObjectNode) tree.at("/spec/template/spec/containers/0")).put("image", "proxy:2"));
            letTheWorldMoveOn();
            rolledBack(router);
            assertTrue(rollout(world()).status().path("abort").asBoolean());
            assertTrue(
                    router.observe().warnings().get(0).contains("undo"),
                    router.observe().warnings().toString());
        }
    }

    @Test
    void anotherImageBehindItsBackIsToldAndEndsTheShift() throws Exception {
        try (TrafficRouter router = again(settings())) {
            underWay(router);
            putsIn("api:v3");
            assertEquals(Weight.ZERO, router.observe().weight());
            assertTrue(router.observe().warnings().get(0).contains("api:v3"));
            rolledBack(router);
            assertEquals(
                    "api:v3",
                    rollout(world())
                            .tree()
                            .at("/spec/template/spec/containers/1/image")
                            .asText());
        }
    }

    /** In whole percents; what its steps do not have is refused when it is opened. */
    @Override
    protected int[] weights() {
        return new int[] {0, 10, 50, 120, 250, 330, 500, 660, 750, 900, 990, 1000};
    }

    /** As a pipeline does that puts its version in itself. */
    final void putsIn(String image) throws Exception {
        world().edit(
                        KubeWorld.ROLLOUT,
                        "api",
                        tree -> ((ObjectNode) tree.at("/spec/template/spec/containers/1")).put("image", image));
        letTheWorldMoveOn();
    }

    final void promoted(TrafficRouter router) throws Exception {
        for (int i = 0; i < 60 && !router.observe().promoted(); i++) {
            router.promote("v2");
            letTheWorldMoveOn();
        }
        assertTrue(router.observe().promoted(), router.observe().detail());
    }
}

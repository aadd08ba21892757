package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Promotion.Step;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromotionTest {

    private static final Map<String, String> OLD = Map.of("api", "api:1", "sidecar", "proxy:1");
    private static final Map<String, String> NEW = Map.of("api", "api:2", "sidecar", "proxy:1");
    private static final PromotionRecord BEGUN = PromotionRecord.begun("r1", "v2", OLD, NEW);

    private static Workload stable(Map<String, String> images, int pods, int updated, int available) {
        return new Workload(ref("api"), 4, pods, updated, available, available, true, null, false, images);
    }

    private static Workload canary(int replicas, int pods) {
        return new Workload(
                ref("api-canary"),
                replicas,
                pods,
                pods,
                pods,
                pods,
                true,
                null,
                false,
                Map.of("api", "api:2", "sidecar", "proxy:1", "debug", "debug:1"));
    }

    private static ObjectRef ref(String name) {
        return new ObjectRef(Kind.DEPLOYMENT, "shop", name);
    }

    private static Promotion seen(Workload stable, Workload canary, PromotionRecord record, Weight weight) {
        return new Promotion(stable, canary, record, Observation.of(weight), false);
    }

    @Test
    void beginsWithTheCanarysImagesOfTheContainersThatBothHave() {
        Step step = seen(stable(OLD, 4, 4, 4), canary(1, 1), null, Weight.FULL).next();
        assertEquals(new Step.SetImages(OLD, NEW), step);
    }

    @Test
    void waitsForEveryPodBeforeAnyTrafficMoves() {
        for (Workload notYet :
                new Workload[] {stable(NEW, 5, 2, 5), stable(NEW, 5, 4, 5), stable(NEW, 4, 4, 3), stable(NEW, 3, 3, 3)
                }) {
            assertInstanceOf(
                    Step.Wait.class,
                    seen(notYet, canary(1, 1), BEGUN, Weight.FULL).next(),
                    notYet.progress());
        }
        assertInstanceOf(
                Step.TrafficToStable.class,
                seen(stable(NEW, 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL).next());
    }

    @Test
    void countsOfAnEarlierSpecProveNothing() {
        Workload unseen = new Workload(ref("api"), 4, 4, 4, 4, 4, false, null, false, NEW);
        assertInstanceOf(
                Step.Wait.class, seen(unseen, canary(1, 1), BEGUN, Weight.FULL).next());
    }

    @Test
    void theCanaryRunsUntilTheTrafficHasLeftItForAWhile() {
        Workload stable = stable(NEW, 4, 4, 4);
        Workload canary = canary(1, 1);
        assertInstanceOf(
                Step.Wait.class,
                new Promotion(stable, canary, BEGUN, Observation.of(Weight.ZERO, false, "", List.of()), false).next());
        assertInstanceOf(
                Step.NoteTrafficBack.class,
                seen(stable, canary, BEGUN, Weight.ZERO).next());
        PromotionRecord noted = BEGUN.withTrafficBackAt(1_000);
        assertInstanceOf(
                Step.Wait.class, seen(stable, canary, noted, Weight.ZERO).next());
        assertInstanceOf(
                Step.ScaleCanaryDown.class,
                new Promotion(stable, canary, noted, Observation.of(Weight.ZERO), true).next());
        assertInstanceOf(
                Step.Wait.class, new Promotion(stable, canary(0, 1), noted, Observation.of(Weight.ZERO), true).next());
        assertInstanceOf(
                Step.Done.class, new Promotion(stable, canary(0, 0), noted, Observation.of(Weight.ZERO), true).next());
        assertInstanceOf(Step.Done.class, new Promotion(stable, null, noted, Observation.of(Weight.ZERO), true).next());
    }

    @Test
    void refusesWhatCannotGoWell() {
        Workload recreates = new Workload(ref("api"), 4, 4, 4, 4, 4, true, null, true, OLD);
        refused("Recreate", seen(recreates, canary(1, 1), null, Weight.ofPercent(50)));
        assertInstanceOf(
                Step.SetImages.class,
                seen(recreates, canary(1, 1), null, Weight.FULL).next());
        Workload stalled = new Workload(ref("api"), 4, 5, 2, 3, 3, true, "timed out progressing", false, NEW);
        refused("timed out progressing", seen(stalled, canary(1, 1), BEGUN, Weight.FULL));
        refused(
                "somebody changed the images",
                seen(stable(Map.of("api", "api:3"), 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL));
        refused("no canary Deployment", seen(stable(OLD, 4, 4, 4), null, null, Weight.FULL));
        refused(
                "no container name in common",
                seen(stable(Map.of("web", "web:1"), 4, 4, 4), canary(1, 1), null, Weight.FULL));
    }

    private static void refused(String why, Promotion seen) {
        String says = assertInstanceOf(Step.Refuse.class, seen.next()).why();
        assertTrue(says.contains(why), says);
    }

    @Test
    void isTakenBackOnceAndOnlyIfTheImagesAreStillOurs() {
        assertInstanceOf(
                Step.RestoreImages.class,
                seen(stable(NEW, 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL).undo());
        assertInstanceOf(
                Step.Wait.class,
                seen(stable(OLD, 5, 2, 5), canary(1, 1), BEGUN.asUndone(), Weight.ZERO)
                        .undo());
        assertInstanceOf(
                Step.Done.class,
                seen(stable(OLD, 4, 4, 3), canary(1, 1), BEGUN.asUndone(), Weight.ZERO)
                        .undo());
        assertInstanceOf(
                Step.Done.class,
                seen(stable(Map.of("api", "api:3"), 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL)
                        .undo());
        assertInstanceOf(
                Step.Done.class,
                seen(stable(OLD, 4, 4, 4), canary(1, 1), null, Weight.FULL).undo());
    }
}

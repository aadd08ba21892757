package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Promotion.Seen;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Promotion.Step;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
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

    private static Seen seen(Workload stable, Workload canary, PromotionRecord record, Weight weight) {
        return new Seen(stable, canary, record, weight, true, false);
    }

    @Test
    void beginsWithTheCanarysImagesOfTheContainersThatBothHave() {
        Step step = Promotion.next(seen(stable(OLD, 4, 4, 4), canary(1, 1), null, Weight.FULL));
        assertEquals(new Step.SetImages(OLD, NEW), step);
    }

    @Test
    void waitsForEveryPodBeforeAnyTrafficMoves() {
        for (Workload notYet :
                new Workload[] {stable(NEW, 5, 2, 5), stable(NEW, 5, 4, 5), stable(NEW, 4, 4, 3), stable(NEW, 3, 3, 3)
                }) {
            assertInstanceOf(
                    Step.Wait.class, Promotion.next(seen(notYet, canary(1, 1), BEGUN, Weight.FULL)), notYet.progress());
        }
        assertInstanceOf(
                Step.TrafficToStable.class,
                Promotion.next(seen(stable(NEW, 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL)));
    }

    @Test
    void countsOfAnEarlierSpecProveNothing() {
        Workload unseen = new Workload(ref("api"), 4, 4, 4, 4, 4, false, null, false, NEW);
        assertInstanceOf(Step.Wait.class, Promotion.next(seen(unseen, canary(1, 1), BEGUN, Weight.FULL)));
    }

    @Test
    void theCanaryRunsUntilTheTrafficHasLeftItForAWhile() {
        Workload stable = stable(NEW, 4, 4, 4);
        Workload canary = canary(1, 1);
        assertInstanceOf(Step.Wait.class, Promotion.next(new Seen(stable, canary, BEGUN, Weight.ZERO, false, false)));
        assertInstanceOf(Step.NoteTrafficBack.class, Promotion.next(seen(stable, canary, BEGUN, Weight.ZERO)));
        PromotionRecord noted = BEGUN.withTrafficBackAt(1_000);
        assertInstanceOf(Step.Wait.class, Promotion.next(seen(stable, canary, noted, Weight.ZERO)));
        assertInstanceOf(
                Step.ScaleCanaryDown.class, Promotion.next(new Seen(stable, canary, noted, Weight.ZERO, true, true)));
        assertInstanceOf(
                Step.Wait.class, Promotion.next(new Seen(stable, canary(0, 1), noted, Weight.ZERO, true, true)));
        assertInstanceOf(
                Step.Done.class, Promotion.next(new Seen(stable, canary(0, 0), noted, Weight.ZERO, true, true)));
        assertInstanceOf(Step.Done.class, Promotion.next(new Seen(stable, null, noted, Weight.ZERO, true, true)));
    }

    @Test
    void refusesWhatCannotGoWell() {
        Workload recreates = new Workload(ref("api"), 4, 4, 4, 4, 4, true, null, true, OLD);
        refused("Recreate", seen(recreates, canary(1, 1), null, Weight.ofPercent(50)));
        assertInstanceOf(Step.SetImages.class, Promotion.next(seen(recreates, canary(1, 1), null, Weight.FULL)));
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

    private static void refused(String why, Seen seen) {
        String says = assertInstanceOf(Step.Refuse.class, Promotion.next(seen)).why();
        assertTrue(says.contains(why), says);
    }

    @Test
    void isTakenBackOnceAndOnlyIfTheImagesAreStillOurs() {
        assertInstanceOf(
                Step.RestoreImages.class, Promotion.undo(seen(stable(NEW, 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL)));
        assertInstanceOf(
                Step.Wait.class,
                Promotion.undo(seen(stable(OLD, 5, 2, 5), canary(1, 1), BEGUN.asUndone(), Weight.ZERO)));
        assertInstanceOf(
                Step.Done.class,
                Promotion.undo(seen(stable(OLD, 4, 4, 3), canary(1, 1), BEGUN.asUndone(), Weight.ZERO)));
        assertInstanceOf(
                Step.Done.class,
                Promotion.undo(seen(stable(Map.of("api", "api:3"), 4, 4, 4), canary(1, 1), BEGUN, Weight.FULL)));
        assertInstanceOf(Step.Done.class, Promotion.undo(seen(stable(OLD, 4, 4, 4), canary(1, 1), null, Weight.FULL)));
    }
}

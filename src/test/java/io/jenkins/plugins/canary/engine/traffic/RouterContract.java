package io.jenkins.plugins.canary.engine.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the engine relies on, whatever moves the traffic. A driver's test extends this and brings a router's world that
 * is fresh for each test: the canary runs and gets nothing.
 */
public abstract class RouterContract {

    /** More calls than any driver may need for a promotion or a rollback. */
    private static final int MOST_STEPS = 50;

    /** The one secret of the contract: env:CONTRACT_TOKEN. */
    protected static final String TOKEN = "a-token-of-the-contract";

    public static final RouterContext CONTEXT = RouterContext.of(
            "contract-1", new Target("shop", "api"), "v2", "a test", secrets(), InstantSource.system());

    private RouterSettings settings;
    private TrafficRouter router;

    /** The same rollout, whose phases ask for these weights. */
    public static RouterContext asking(RouterContext c, List<Weight> phases) {
        return context(c, c.clusters(), phases);
    }

    /** The same rollout, where clusters are opened so. */
    public static RouterContext with(RouterContext c, ClusterAccess clusters) {
        return context(c, clusters, c.weights());
    }

    private static RouterContext context(RouterContext c, ClusterAccess clusters, List<Weight> phases) {
        return new RouterContext(
                c.rollout(),
                c.target(),
                c.version(),
                c.owner(),
                c.secrets(),
                clusters,
                c.claimant(),
                phases,
                c.addresses(),
                c.clock());
    }

    /** Settings as the driver reads them from a plan. */
    protected abstract RouterSettings settings() throws Exception;

    /** Sets a weight as somebody else would, past the driver. */
    protected abstract void editBehindItsBack(Weight weight) throws Exception;

    /** Sends requests through the router's world; false when there is no data path in this test. */
    protected boolean send(int requests) throws Exception {
        return false;
    }

    /** False when all that a rollout can lose is everything. */
    protected boolean weightsCanFall() {
        return true;
    }

    /** Lets the router's world move on between two calls: controllers reconcile, pods start. */
    protected void letTheWorldMoveOn() throws Exception {}

    private static Secrets secrets() {
        return ref -> {
            if (ref.name().equals("CONTRACT_TOKEN")) {
                return TOKEN;
            }
            throw new Secrets.SecretMissing("no other secrets here");
        };
    }

    @BeforeEach
    void open() throws Exception {
        settings = settings();
        router = settings.open(CONTEXT);
    }

    /** Also for tests in which nobody is there. */
    @AfterEach
    protected final void close() {
        if (router != null) {
            router.close();
            router = null;
        }
    }

    @Test
    void aFreshRouterGivesTheCanaryNothing() throws Exception {
        Observation seen = router.observe();
        assertEquals(Weight.ZERO, seen.weight());
        assertTrue(seen.settled(), seen.detail());
        assertFalse(seen.promoted());
    }

    /** Tenths of a percent that are tried. */
    protected int[] weights() {
        return new int[] {0, 1, 4, 5, 10, 25, 50, 100, 125, 250, 333, 500, 667, 750, 900, 990, 996, 999, 1000};
    }

    /** Whether this driver can set a weight, as its documentation has it; the others it refuses. */
    protected boolean sets(int tenths) {
        return true;
    }

    /** A weight that this driver sets, for one that tests ask for: a driver that moves all or nothing has one. */
    protected Weight share(int percent) {
        return Weight.ofPercent(percent);
    }

    @Test
    void everyWeightIsReadBackAsItselfOrRefused() throws Exception {
        for (int tenths : weights()) {
            Weight weight = new Weight(tenths);
            assertEquals(sets(tenths), settings.refusal(weight) == null, () -> "refusal of " + weight);
            if (sets(tenths)) {
                assertEquals(weight, shifted(weight).weight());
            }
        }
    }

    @Test
    void aRefusedWeightIsRefusedForGoodAndChangesNothing() throws Exception {
        Weight refused = java.util.stream.IntStream.rangeClosed(0, 1000)
                .mapToObj(Weight::new)
                .filter(w -> settings.refusal(w) != null)
                .findFirst()
                .orElse(null);
        assumeTrue(refused != null, "this router sets every weight");
        shifted(share(10));
        assertTrue(
                assertThrows(RouterException.class, () -> router.shift(refused)).permanent());
        assertEquals(share(10), router.observe().weight());
    }

    @Test
    void askingTwiceIsAskingOnce() throws Exception {
        shifted(share(20));
        assertEquals(share(20), shifted(share(20)).weight());
        assertFalse(router.observe().promoted());
    }

    @Test
    void theWeightCanFall() throws Exception {
        assumeTrue(weightsCanFall(), "this router only rolls back");
        shifted(share(50));
        assertEquals(share(10), shifted(share(10)).weight());
    }

    @Test
    void rollingBackEndsAtNothing() throws Exception {
        shifted(share(50));
        assertRolledBack();
        assertRolledBack();
    }

    @Test
    void promotingEndsPromoted() throws Exception {
        shifted(Weight.FULL);
        assertPromoted();
        assertPromoted();
    }

    @Test
    void aPromotionCanBeTakenBack() throws Exception {
        shifted(Weight.FULL);
        assertPromoted();
        assertRolledBack();
        assertFalse(router.observe().promoted());
    }

    @Test
    void aForeignEditIsSeen() throws Exception {
        shifted(share(10));
        editBehindItsBack(share(40));
        letTheWorldMoveOn();
        assertEquals(share(40), router.observe().weight());
    }

    @Test
    void theRouterHoldsTheStateNotTheDriver() throws Exception {
        shifted(share(25));
        try (TrafficRouter second = again(settings)) {
            assertEquals(share(25), second.observe().weight());
            shifted(second, share(30));
        }
        assertEquals(share(30), router.observe().weight());
    }

    /** The same world opened a second time, as after a crash; a driver whose world ends with it says so by an assumption. */
    protected TrafficRouter again(RouterSettings sameSettings) throws Exception {
        return sameSettings.open(CONTEXT);
    }

    @Test
    void countedRequestsAreThoseThatWereSent() throws Exception {
        shifted(share(50));
        Observation.Requests before = router.observe().requests();
        assumeTrue(before != null, "this router does not count");
        assumeTrue(send(100), "no data path in this test");
        Observation.Requests after = router.observe().requests();
        assertNotNull(after);
        assertEquals(100, after.total() - before.total());
        assertEquals(50, after.canary() - before.canary(), 2);
    }

    /** All that this driver can give the canary beside its weight at one time, as its documentation has it. */
    protected ExtraTraffic extra() {
        return ExtraTraffic.NONE;
    }

    /** The same where the driver copies requests only while there is no cohort. */
    protected ExtraTraffic copies() {
        return ExtraTraffic.NONE.mirroring(extra().mirror());
    }

    /** What nobody can give who can only set weights. */
    private static final ExtraTraffic STAFF =
            new ExtraTraffic(List.of(new RequestMatch(RequestMatch.Kind.HEADER, "X-Staff", "yes")), Weight.ZERO);

    @Test
    void whatTheCanaryGetsBesideItsWeightIsReadBackOrRefused() throws Exception {
        if (extra().isNone()) {
            assertRefused(STAFF);
            assertTrue(router.observe().isClear());
            return;
        }
        Observation seen = shifted(router, Weight.ZERO, extra());
        assertEquals(extra(), seen.extra());
        assertEquals(Weight.ZERO, seen.weight());
        assertTrue(seen.settled(), seen.detail());
        assertEquals(extra(), shifted(router, Weight.ZERO, extra()).extra(), "asking twice is asking once");
        try (TrafficRouter second = again(settings)) {
            assertEquals(extra(), second.observe().extra(), "the router holds it");
        }
        ExtraTraffic kept = extra().mirroring(Weight.ZERO);
        seen = shifted(router, Weight.ofPercent(20), kept);
        assertEquals(kept, seen.extra());
        assertEquals(Weight.ofPercent(20), seen.weight());
        assertEquals(Weight.ZERO, shifted(router, Weight.ZERO, kept).weight());
        assertRolledBack();
        assertRolledBack();
    }

    @Test
    void copiesAreReadBackOrRefusedAndEndWithTheirPhase() throws Exception {
        if (copies().isNone()) {
            assertRefused(ExtraTraffic.NONE.mirroring(Weight.FULL));
            assertTrue(router.observe().isClear());
            return;
        }
        Observation seen = shifted(router, Weight.ZERO, copies());
        assertEquals(copies(), seen.extra());
        assertEquals(Weight.ZERO, seen.weight());
        assertTrue(seen.settled(), seen.detail());
        assertEquals(copies(), shifted(router, Weight.ZERO, copies()).extra(), "asking twice is asking once");
        try (TrafficRouter second = again(settings)) {
            assertEquals(copies(), second.observe().extra(), "the router holds it");
        }
        seen = shifted(Weight.ofPercent(20));
        assertEquals(ExtraTraffic.NONE, seen.extra());
        assertEquals(Weight.ofPercent(20), seen.weight());
        assertRolledBack();
        shifted(router, Weight.ZERO, copies());
        assertRolledBack();
        assertRolledBack();
    }

    /** Each percentage is copied as it is, or refused by the linter and by the router alike. */
    @Test
    void aShareOfCopiesIsReadBackAsItselfOrRefused() throws Exception {
        assumeTrue(!copies().isNone(), "this router copies no requests");
        for (int tenths : new int[] {1, 10, 125, 333, 500, 1000}) {
            ExtraTraffic share = ExtraTraffic.NONE.mirroring(new Weight(tenths));
            if (settings.refusal(share) == null) {
                assertEquals(share, shifted(router, Weight.ZERO, share).extra());
            } else {
                assertRefused(share);
            }
        }
    }

    /** By the first attempt, or by a later one where the canary's pods are made first. */
    private void assertRefused(ExtraTraffic extra) {
        RouterException refused = assertThrows(RouterException.class, () -> shifted(router, Weight.ZERO, extra));
        assertTrue(refused.permanent(), refused.getMessage());
    }

    @Test
    void aPromotionTakesAwayWhatTheCanaryGotBesideItsWeight() throws Exception {
        assumeTrue(!extra().isNone(), "this router only sets weights");
        shifted(router, Weight.FULL, extra().mirroring(Weight.ZERO));
        assertPromoted();
        assertEquals(ExtraTraffic.NONE, router.observe().extra());
    }

    @Test
    void anotherCohortTakesThePlaceOfTheOneBefore() throws Exception {
        assumeTrue(!extra().match().isEmpty(), "this router knows no cohorts");
        shifted(router, Weight.ZERO, extra());
        assertEquals(STAFF, shifted(router, Weight.ofPercent(10), STAFF).extra());
    }

    @Test
    void whatItReportsIsForPeople() throws Exception {
        Observation seen = shifted(share(10));
        assertEquals(List.of(), seen.warnings());
        assertFalse(seen.detail().contains("\n"));
    }

    @Test
    void aClaimedTargetIsOneRolloutsUntilItLetsGo() throws Exception {
        assumeTrue(!router.claim().isZero(), "nobody else could see a claim on this router");
        shifted(share(10));
        RouterContext next = RouterContext.of(
                "contract-9", CONTEXT.target(), "v2", "another test", CONTEXT.secrets(), InstantSource.system());
        try (TrafficRouter other = settings.open(next)) {
            RouterException taken = assertThrows(RouterException.class, other::claim);
            assertTrue(taken.permanent(), "it is not worth waiting for");
            assertTrue(taken.getMessage().contains("the rollout contract-1 of a test"), taken.getMessage());
            router.claim();
            assertRolledBack();
            router.release(Release.ENDED);
            other.claim();
            other.release(Release.ENDED);
        }
    }

    private Observation shifted(Weight weight) throws Exception {
        return shifted(router, weight);
    }

    /** Asks again until it is seen, as the engine does: a shift may take several steps. */
    protected final Observation shifted(TrafficRouter by, Weight weight) throws Exception {
        return shifted(by, weight, ExtraTraffic.NONE);
    }

    protected final Observation shifted(TrafficRouter by, Weight weight, ExtraTraffic extra) throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            by.shift(weight, extra);
            letTheWorldMoveOn();
            Observation seen = by.observe();
            if (seen.weight().equals(weight) && seen.extra().equals(extra) && seen.settled()) {
                break;
            }
        }
        return by.observe();
    }

    private void assertRolledBack() throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            router.rollBack();
            letTheWorldMoveOn();
            Observation seen = router.observe();
            if (seen.isClear() && seen.settled()) {
                return;
            }
        }
        throw new AssertionError("not rolled back after " + MOST_STEPS + " steps: " + router.observe());
    }

    private void assertPromoted() throws Exception {
        for (int i = 0; i < MOST_STEPS; i++) {
            router.promote("v2");
            letTheWorldMoveOn();
            if (router.observe().promoted()) {
                return;
            }
        }
        throw new AssertionError("not promoted after " + MOST_STEPS + " steps: " + router.observe());
    }
}

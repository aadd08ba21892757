package io.jenkins.plugins.canary.engine.report.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.view.FakeRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostModelTest {

    private static final long DAY = 86_400_000L;

    private static final String PLAN = """
            name: api
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://127.0.0.1:9090", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases: [ { name: Half, weight: 50, hold: 20m }, { name: Full, weight: 100 } ]
            gate: [ { metric: success-rate, min: 90% } ]
            abort: [ { metric: latency, quantile: 0.95, max: 250ms, for: 3m } ]
            """;

    @TempDir
    private Path dir;

    /** What the hand-made model prints of its own defaults, to the cent. */
    @Test
    void theDefaultsGiveTheModelsOwnFigures() {
        CostModel.Comparison c = CostModel.DEFAULT.compare();
        assertEquals("$58,288.44", CostText.money(c.fixedRollbacks()));
        assertEquals("$8,100", CostText.money(c.fixedWaste()));
        assertEquals("$66,388.44", CostText.money(c.fixedTotal()));
        assertEquals("$6,305.10", CostText.money(c.dynamicTotal()));
        assertEquals("$5,400", CostText.money(c.rightSizing()));
        assertEquals("$65,483.34", CostText.money(c.savings()));
        assertEquals(89.2, Math.round(c.rollbackReduction() * 1000) / 10.0);
        assertEquals(37, c.fixedFalseStops());
        assertEquals(4, c.dynamicFalseStops());
    }

    @Test
    void rightSizingIsNoGainBesidesTheWasteThatGoes() {
        assertEquals("$57,383.34", CostText.money(CostModel.DEFAULT.compare().savingsCountedOnce()));
        CostModel all =
                new CostModel(120, 2_100, 85, 45_000, 0.1, 0.9, CostModel.DEFAULT.fixed(), CostModel.DEFAULT.dynamic());
        assertEquals(
                4_500,
                all.compare().savingsCountedOnce()
                        - (all.compare().fixedRollbacks() - all.compare().dynamicRollbacks()),
                0.01,
                "no more than is wasted can be saved");
    }

    /** docs/cost.md does sums of its own, of these figures. */
    @Test
    void whatGrowsIsNotSaidToFall() {
        Strategy fixed = CostModel.DEFAULT.fixed();
        CostModel worse = CostModel.DEFAULT.with(
                fixed, new Strategy(2 * fixed.rollbackRate(), fixed.restoreMinutes(), fixed.falseStopRate()));
        assertTrue(
                CostText.sums(worse).contains("the rollbacks' cost rises by 100%"),
                CostText.sums(worse).toString());
    }

    @Test
    void thePageSaysWhatTheModelComputes() throws Exception {
        Path root = Files.isDirectory(Path.of("docs")) ? Path.of("") : Path.of("..");
        String page = Files.readString(root.resolve("docs/cost.md"));
        CostModel.Comparison c = CostModel.DEFAULT.compare();
        for (double said : new double[] {
            c.fixedTotal(),
            c.dynamicTotal(),
            c.savings(),
            c.savingsCountedOnce(),
            c.fixedRollbacks() - c.dynamicRollbacks()
        }) {
            assertTrue(page.contains(CostText.money(said)), CostText.money(said));
        }
        for (double said : new double[] {
            14_200 * 11 / 30.0,
            14_200 * 1.1,
            CostModel.DEFAULT.withDeployments(120 * 52 / 12.0).compare().fixedRollbacks()
        }) {
            assertTrue(page.contains(String.format(Locale.ROOT, "$%,.0f", said)), String.valueOf(said));
        }
    }

    @Test
    void whatIsNoFigure() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Strategy(1.2, 1, 0))
                .getMessage()
                .contains("between 0 and 1"));
        assertThrows(IllegalArgumentException.class, () -> new Strategy(0, Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> CostModel.DEFAULT.withDeployments(-1));
    }

    private static PastRollout past(String version, int day, Outcome outcome, long detect, long restore) {
        PastRollout.Times times = new PastRollout.Times(0, day * DAY, day * DAY + 1000, detect, restore);
        return new PastRollout("api", version, outcome, times);
    }

    @Test
    void aHistoryGivesTheRealRates() {
        RolloutHistory h = RolloutHistory.of(List.of(
                past("v1", 0, Outcome.PROMOTED, -1, -1),
                past("v2", 10, Outcome.ROLLED_BACK, 60_000, 2_000),
                past("v2", 11, Outcome.PROMOTED, -1, -1),
                past("v3", 20, Outcome.ROLLED_BACK, 30_000, 4_000),
                past("v4", 30, Outcome.HELD, -1, -1),
                past(null, 59, Outcome.ROLLED_BACK, -1, -1),
                past(null, 60, Outcome.PROMOTED, -1, -1)));
        assertEquals(6, h.deployments());
        assertEquals(3, h.rolledBack());
        assertEquals(1, h.falseStops(), "v2 was promoted unchanged; what has no version cannot be told");
        assertEquals(3.0, h.deploymentsAMonth(), 0.001);
        assertEquals(0.75, h.meanDetectMinutes(), 1e-9);
        assertEquals(0.05, h.meanRestoreMinutes(), 1e-9);
        assertSame(CostModel.DEFAULT, h.into(CostModel.DEFAULT), "six rollouts give no rates");
        assertTrue(CostText.history(h).get(1).contains("too few rollouts for rates of your own: 6 of 20"));
        RolloutHistory enough = new RolloutHistory(24, 12, 12, 4, 60, 3, 0.75, 0.05);
        CostModel used = enough.into(CostModel.DEFAULT);
        assertEquals(0.5, used.dynamic().rollbackRate());
        assertEquals(3 * 0.5 * (2_100 + 0.05 / 60 * 85), used.compare().dynamicTotal(), 0.01);
        assertEquals(CostModel.DEFAULT.fixed(), used.fixed());
    }

    @Test
    void noHistoryChangesNothing() {
        RolloutHistory none = RolloutHistory.of(List.of());
        assertSame(CostModel.DEFAULT, none.into(CostModel.DEFAULT));
        assertNull(none.meanDetectMinutes());
        assertEquals(
                1,
                RolloutHistory.of(List.of(past("v1", 0, Outcome.PROMOTED, -1, -1)))
                        .deploymentsAMonth(),
                "one rollout on one day is not thirty a month");
    }

    /** Somebody stopped the build: that says nothing of the release. */
    @Test
    void abandonedRolloutsAreNoRollBacks() throws Exception {
        Path journal = dir.resolve("abandoned.jsonl");
        try (FakeRelease release = FakeRelease.inFile(PlanReader.read(PLAN), journal)) {
            release.pass(2, 0);
            release.run().command(new Input.OwnerGone(null, "the build was stopped"));
            release.pass(1, 0);
        }
        assertTrue(Files.readString(journal).contains("ROLLED_BACK"));
        assertTrue(PastRollout.read(journal).isEmpty());
    }

    @Test
    void timesComeOutOfTheJournal() throws Exception {
        Path journal = dir.resolve("api.jsonl");
        try (FakeRelease release = FakeRelease.inFile(PlanReader.read(PLAN), journal)) {
            release.pass(2, 0);
            assertTrue(PastRollout.read(journal).isEmpty(), "an open rollout is no history yet");
            release.becomes("SLOW").pass(1, 0).becomes("HEALTHY").pass(1, 0);
            release.becomes("SLOW")
                    .pass(2, 0)
                    .becomes("SILENT")
                    .pass(0, 15)
                    .becomes("SLOW")
                    .pass(3, 0);
        }
        PastRollout past = PastRollout.read(journal).orElseThrow();
        assertEquals(Outcome.ROLLED_BACK, past.outcome());
        assertEquals(
                3.0,
                past.times().detectMillis() / 60_000.0,
                0.3,
                "of the second row, which a tick without data does not end");
        assertTrue(past.times().restoreMillis() >= 0 && past.times().restoreMillis() < 30_000, past.toString());
    }
}

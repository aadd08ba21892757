package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Thousands of seeded rollouts. One seed again: {@code ./canary test --seed N}.
 */
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("canary.seeds", 3_000);
    private static final Long ONLY = Long.getLong("canary.seed");

    /** Every simulated crash would be logged. */
    private static final Logger QUIET = Logger.getLogger(RolloutRun.class.getPackageName());

    @BeforeAll
    static void quiet() {
        QUIET.setLevel(Level.OFF);
    }

    private static RolloutState run(long seed, boolean trouble, Simulation simulation) {
        try {
            return simulation.run();
        } catch (Throwable t) {
            throw new AssertionError("seed " + seed + (trouble ? "" : " (untroubled)") + ": " + t.getMessage()
                    + "\nreplay it with: ./canary test --seed " + seed, t);
        }
    }

    @Test
    void everyInvariantHoldsWhateverFails() {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        int crashes = 0;
        int adjusted = 0;
        long watched = 0;
        int takenBack = 0;
        int lost = 0;
        int contradictions = 0;
        int tooMuch = 0;
        long from = ONLY == null ? 1 : ONLY;
        long to = ONLY == null ? SEEDS : ONLY;
        for (long seed = from; seed <= to; seed++) {
            Simulation simulation = new Simulation(seed, true);
            RolloutState end = run(seed, true, simulation);
            outcomes.merge(end.ended().outcome(), 1, Integer::sum);
            takenBack += end.watch() != null && end.ended().outcome() == Outcome.ROLLED_BACK ? 1 : 0;
            watched += simulation.watched();
            crashes += simulation.crashes();
            lost += simulation.lost() ? 1 : 0;
            adjusted += simulation.adjusted();
            contradictions += simulation.observed().contradictions();
            tooMuch += simulation.observed().takenBack();
        }
        System.out.println("simulation: " + (to - from + 1) + " seeds, " + outcomes + ", " + crashes + " crashes, " + adjusted + " shifts within a phase, "
                + watched + " events on watch, " + takenBack + " promotions taken back, " + lost + " journals lost, "
                + contradictions + " times other traffic than the weight's, " + tooMuch + " times too much");
        if (ONLY == null) {
            assertTrue(outcomes.get(Outcome.PROMOTED) > SEEDS / 15, "the simulation promotes too rarely to mean much");
            assertTrue(outcomes.get(Outcome.ROLLED_BACK) > SEEDS / 10, "it rolls back too rarely to mean much");
            assertTrue(adjusted > SEEDS, "it adjusts too rarely to mean much");
            assertTrue(watched > SEEDS, "it watches too rarely to mean much");
            assertTrue(takenBack > SEEDS / 300, "it takes promotions back too rarely to mean much");
            assertTrue(lost > SEEDS / 30, "it loses journals too rarely to mean much");
            assertTrue(contradictions > SEEDS / 200, "the router routes wrong too rarely to mean much");
            assertTrue(tooMuch > SEEDS / 500, "it routes too much to the canary too rarely to mean much");
            assertTrue(crashes > SEEDS, "it crashes too rarely to mean much");
        }
    }

    @Test
    void withoutTroubleTheOutcomeIsTheCanarysOwn() {
        long from = ONLY == null ? 1 : ONLY;
        long to = ONLY == null ? 500 : ONLY;
        for (long seed = from; seed <= to; seed++) {
            Simulation simulation = new Simulation(seed, false);
            RolloutState end = run(seed, false, simulation);
            if (!simulation.canaryIsBad()) {
                assertEquals(Outcome.PROMOTED, end.ended().outcome(), "seed " + seed + ": " + end.ended());
            }
        }
    }
}

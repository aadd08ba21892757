package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Thousands of seeded rollouts, on every core. One seed again: {@code ./canary test --seed N}; more of them:
 * {@code ./canary test --rollouts N}.
 */
class SimulationTest {

    private static final int SEEDS = Integer.getInteger("canary.seeds", 2_000);
    private static final Long ONLY = Long.getLong("canary.seed");

    /** Every simulated crash would be logged. */
    private static final Logger QUIET = Logger.getLogger("io.jenkins.plugins.canary.engine");

    @BeforeAll
    static void quiet() {
        QUIET.setLevel(Level.OFF);
    }

    private static RolloutState run(long seed, boolean trouble, Simulation simulation) {
        try {
            return simulation.run();
        } catch (Throwable t) {
            throw new AssertionError(
                    "seed " + seed + (trouble ? "" : " (untroubled)") + ": " + t.getMessage()
                            + "\nreplay it with: ./canary test --seed " + seed,
                    t);
        }
    }

    /** What came of all of them: a simulation to which little happens says little. */
    private static final class Totals {
        private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        private int crashes;
        private int adjusted;
        private int inWindow;
        private long restarts;
        private long watched;
        private int takenBack;
        private int lost;
        private int contradictions;
        private int tooMuch;

        synchronized void add(RolloutState end, Simulation simulation) {
            outcomes.merge(end.ended().outcome(), 1, Integer::sum);
            takenBack += end.watch() != null && end.ended().outcome() == Outcome.ROLLED_BACK ? 1 : 0;
            watched += simulation.watched();
            crashes += simulation.crashes();
            lost += simulation.lost() ? 1 : 0;
            adjusted += simulation.adjusted();
            inWindow += simulation.inWindow();
            restarts += simulation.pulse().restarts();
            contradictions += simulation.observed().contradictions();
            tooMuch += simulation.observed().takenBack();
        }

        @Override
        public synchronized String toString() {
            return outcomes + ", " + crashes + " crashes, " + adjusted + " shifts within a phase, " + inWindow
                    + " rises within windows, " + watched
                    + " events on watch, " + takenBack + " promotions taken back, " + lost + " journals lost, "
                    + contradictions + " times other traffic than the weight's, " + tooMuch + " times too much, "
                    + restarts
                    + " times ticks started again";
        }
    }

    @Test
    void everyInvariantHoldsWhateverFails() {
        long from = ONLY == null ? 1 : ONLY;
        long to = ONLY == null ? SEEDS : ONLY;
        long began = System.nanoTime();
        Totals sum = new Totals();
        LongStream.rangeClosed(from, to).parallel().forEach(seed -> {
            Simulation simulation = new Simulation(seed, Simulation.Mode.TROUBLE);
            sum.add(run(seed, true, simulation), simulation);
        });
        System.out.println("simulation: " + (to - from + 1) + " rollouts in "
                + (System.nanoTime() - began) / 1_000_000_000 + " s, 0 invariants broken; " + sum);
        if (ONLY == null) {
            assertTrue(
                    sum.outcomes.get(Outcome.PROMOTED) > SEEDS / 5, "the simulation promotes too rarely to mean much");
            assertTrue(sum.outcomes.get(Outcome.ROLLED_BACK) > SEEDS / 4, "it rolls back too rarely to mean much");
            assertTrue(sum.adjusted > SEEDS, "it adjusts too rarely to mean much");
            assertTrue(sum.inWindow > SEEDS / 10, "windows hold too little back to mean much");
            assertTrue(sum.watched > 5 * SEEDS, "it watches too rarely to mean much");
            assertTrue(sum.takenBack > SEEDS / 300, "it takes promotions back too rarely to mean much");
            assertTrue(sum.lost > SEEDS / 20, "it loses journals too rarely to mean much");
            assertTrue(sum.contradictions > SEEDS / 30, "the router routes wrong too rarely to mean much");
            assertTrue(sum.tooMuch > SEEDS / 100, "it routes too much to the canary too rarely to mean much");
            assertTrue(sum.crashes > SEEDS, "it crashes too rarely to mean much");
        }
    }

    @Test
    void anIndependentBreachIsRolledBackWhateverAnotherSourceDoes() {
        long from = ONLY == null ? 1 : ONLY;
        long to = ONLY == null ? Math.max(1_000, SEEDS / 3) : ONLY;
        int takenBack = 0;
        long restarts = 0;
        for (long seed = from; seed <= to; seed++) {
            Simulation simulation = new Simulation(seed, Simulation.Mode.HOSTILE);
            RolloutState end = run(seed, false, simulation);
            takenBack += end.ended().outcome() == Outcome.ROLLED_BACK ? 1 : 0;
            restarts += simulation.pulse().restarts();
        }
        System.out.println("hostile sources: " + (to - from + 1) + " seeds, " + takenBack + " rolled back, " + restarts
                + " times ticks started again");
        if (ONLY == null) {
            assertTrue(takenBack > to / 10, "it rolls back too rarely to mean much");
            assertTrue(restarts > to / 10, "it loses ticks too rarely to mean much");
        }
    }

    @Test
    void harmIsFoundSoonAfterGiantCountsEnd() {
        long from = ONLY == null ? 1 : ONLY;
        long to = ONLY == null ? Math.max(200, SEEDS / 10) : ONLY;
        long takenBack = LongStream.rangeClosed(from, to)
                .parallel()
                .filter(seed -> {
                    Simulation simulation = new Simulation(seed, Simulation.Mode.GIANTS);
                    RolloutState end = run(seed, false, simulation);
                    boolean promoted = end.ended().outcome() == Outcome.PROMOTED;
                    assertTrue(simulation.canaryIsBad() || promoted, "seed " + seed + ": " + end.ended());
                    return !promoted;
                })
                .count();
        System.out.println("giant counts: " + (to - from + 1) + " seeds, " + takenBack + " rolled back");
        if (ONLY == null) {
            assertTrue(takenBack > to / 10, "it rolls back too rarely to mean much");
        }
    }

    @Test
    void withoutTroubleTheOutcomeIsTheCanarysOwn() {
        long from = ONLY == null ? 1 : ONLY;
        long to = ONLY == null ? 500 : ONLY;
        for (long seed = from; seed <= to; seed++) {
            Simulation simulation = new Simulation(seed, Simulation.Mode.NOTHING);
            RolloutState end = run(seed, false, simulation);
            if (!simulation.canaryIsBad()) {
                assertEquals(Outcome.PROMOTED, end.ended().outcome(), "seed " + seed + ": " + end.ended());
            }
        }
    }
}

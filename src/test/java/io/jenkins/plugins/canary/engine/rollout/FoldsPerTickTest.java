package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.Evidence;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.OnBuildEnd;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Comparisons are the dear part of a tick: they are folded once, by whoever decides. */
class FoldsPerTickTest {

    private static CanaryPlan comparing() {
        List<Phase> phases = new ArrayList<>();
        for (Phase phase : SamplePlans.table()) {
            phases.add(SamplePlans.with(phase, SamplePlans.TESTS.get(0)));
        }
        return SamplePlans.plan(phases, SamplePlans.rules(), null, OnBuildEnd.ROLLBACK);
    }

    /** Counts how often all comparisons are gone through to fold a tick. */
    private static final class CountingMap extends LinkedHashMap<Criterion, Evidence> {
        private static final long serialVersionUID = 1L;
        private final transient AtomicInteger folds;

        CountingMap(Map<Criterion, Evidence> by, AtomicInteger folds) {
            super(by);
            this.folds = folds;
        }

        @Override
        public void forEach(BiConsumer<? super Criterion, ? super Evidence> action) {
            folds.incrementAndGet();
            super.forEach(action);
        }
    }

    @Test
    void theDecisionFoldsATickOnceAndHandsTheStateOn() {
        Situation it = Situation.automatic(comparing()).in(0);
        it.tick(0.001);
        EvidenceFold before = it.s.evidence().comparisons();
        AtomicInteger folds = new AtomicInteger();
        TickFold e = it.s.evidence();
        it.s = it.s.with(new TickFold(
                e.ticks(),
                e.lastTickAt(),
                e.share(),
                e.gate(),
                e.abort(),
                new EvidenceFold(
                        before.openedAt(),
                        before.lastAt(),
                        before.since(),
                        before.scrapeMillis(),
                        before.router(),
                        new CountingMap(before.by(), folds)),
                e.proven(),
                e.gateFailure(),
                e.health(),
                e.dryRuns(),
                e.delayed()));
        it.tick(0.001);
        assertEquals(1, folds.get());
        assertNotSame(before, it.s.evidence().comparisons());
    }

    /** Neither the run nor the view folds again: all of them hold the very state that the decision came to. */
    @Test
    void runListenersAndViewShareTheState() {
        CountingRelease release = new CountingRelease(comparing(), AdvanceMode.AUTOMATIC);
        List<Steps> heard = new ArrayList<>();
        release.run.listen(heard::add);
        release.pass(5 * CountingRelease.MINUTE);
        assertTrue(release.run.state().evidence().ticks() >= 10);
        assertSame(heard.get(heard.size() - 1).state(), release.run.state());
        assertSame(release.run.state(), release.view.state());
        assertEquals(RolloutState.of(release.plan, release.written), release.run.state());
    }
}

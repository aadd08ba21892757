package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.config.Configuration;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetClaim;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetRecord;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Claimant;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext.Taking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A rollout without phases, metrics and ticks: a person observes, shifts, promotes or rolls back, with the engine's own
 * reconciler, claim, journal and events. Acts for the rollout that was at the target last, so that what it began can be
 * undone, and claims the target under a name of its own. Every call blocks; for one thread.
 */
public final class ManualTraffic implements AutoCloseable {

    private static final long PAUSE_MILLIS = 500;
    private static final long LET_GO_MILLIS = 10_000;

    private final RolloutEngine.Release release;
    private final RolloutState before;
    private final WriteAhead journal;
    private final RouterContext context;
    private final TrafficRouter router;
    private final RuntimeServices clock;
    private final Consumer<String> tell;

    /**
     * Opens the router. Changes nothing.
     *
     * @param tell hears what stands in the way, for people
     */
    public ManualTraffic(
            RolloutEngine.Release release,
            RolloutState before,
            Journal journal,
            boolean takeOver,
            RuntimeServices clock,
            Consumer<String> tell)
            throws RouterException {
        this.release = release;
        this.before = before;
        this.journal = new WriteAhead(journal);
        this.context = context(release, takeOver, journal, clock);
        this.router = release.plan().traffic().open(context);
        this.clock = clock;
        this.tell = tell;
    }

    private static RouterContext context(
            RolloutEngine.Release release, boolean takeOver, Journal journal, RuntimeServices clock) {
        String claimant = release.rollout() + " by hand, by " + release.by();
        Taking taking = takeOver ? Taking.EVEN_SO : Taking.ANEW;
        return release.routerContext(new Claimant(claimant, taking, journal::seq), List.of(), clock);
    }

    /** What a rollout left at the release's target; empty when there is nothing, or nothing that could hold it. */
    public static Optional<TargetRecord> record(RolloutEngine.Release release, RuntimeServices clock)
            throws RouterException {
        CanaryPlan plan = release.plan();
        if (!(plan.traffic() instanceof ClusterSettings settings)) {
            return Optional.empty();
        }
        RouterContext context = context(release, false, events -> {}, clock);
        try (Cluster cluster = settings.home().open(context)) {
            String namespace = settings.home().namespace(plan.target(), cluster);
            return new TargetClaim(
                            cluster,
                            settings.clusterContext(cluster, namespace, plan.target())
                                    .target(),
                            context)
                    .record();
        }
    }

    public Observation observe() throws RouterException {
        return router.observe();
    }

    /**
     * Moves the traffic, and returns when that was read back. A roll back needs neither a journal that can be written nor a
     * claim that can be had, unless another rollout has the target.
     *
     * @param to the weight of a shift; else null
     * @throws JournalException when the intention cannot be written; nothing was done then
     * @throws RouterException when it was not read back in time, or cannot be done
     */
    public Observation move(Intent.Kind kind, Weight to, Duration patience)
            throws RouterException, JournalException, InterruptedException {
        Claim.first(router, kind != Intent.Kind.ROLL_BACK, why -> tell.accept("not claimed: " + why));
        boolean settled = false;
        try {
            write(kind, intended(kind, to));
            Observation seen = settle(kind, to, patience);
            write(kind, List.of(seen(kind, seen)));
            settled = kind != Intent.Kind.SHIFT;
            if (settled) {
                putBack(kind);
            }
            return seen;
        } finally {
            letGo(settled ? Release.ENDED : Release.LEFT_BEHIND);
        }
    }

    private void letGo(Release how) throws InterruptedException {
        long end = clock.now() + LET_GO_MILLIS;
        while (true) {
            try {
                router.release(how);
                return;
            } catch (RouterException e) {
                if (clock.now() > end) {
                    tell.accept("the claim on the target stays until it expires: " + e.getMessage());
                    return;
                }
            }
            pause();
        }
    }

    /** What the rollout pinned, and what is no longer as it was when it began. */
    private void putBack(Intent.Kind kind) throws RouterException {
        CanaryPlan plan = release.plan();
        Optional<Preflight> preflight =
                Preflight.of(plan.environment().preflight(), plan.schedule(), plan.traffic(), context);
        if (preflight.isPresent()) {
            preflight.get().restore();
        }
        Optional<Configuration> configuration = Configuration.of(plan.traffic(), context);
        if (kind == Intent.Kind.ROLL_BACK && configuration.isPresent()) {
            configuration.get().settle().forEach(tell);
        }
    }

    private Observation settle(Intent.Kind kind, Weight to, Duration patience)
            throws RouterException, InterruptedException {
        long begun = clock.now();
        long end = begun + patience.toMillis();
        String told = "";
        while (true) {
            String says;
            try {
                Observation now = router.observe();
                // A shift by hand moves the weight, and leaves what the canary gets beside it.
                ExtraTraffic extra = kind == Intent.Kind.SHIFT ? now.extra() : ExtraTraffic.NONE;
                Intent intent = new Intent(kind, before.phase(), now.weight(), to, extra, begun, null);
                Observation seen = RouterReconciler.settle(router, intent, release.version());
                if (RouterReconciler.isDone(intent, seen)) {
                    return seen;
                }
                says = "the canary gets " + seen.extra().beside(seen.weight())
                        + (seen.detail().isEmpty() ? "" : ": " + seen.detail());
            } catch (RouterException e) {
                if (e.permanent() && kind != Intent.Kind.ROLL_BACK) {
                    throw e;
                }
                says = e.getMessage();
            }
            if (!says.equals(told)) {
                tell.accept(says);
                told = says;
            }
            if (clock.now() > end) {
                throw new RouterException(
                        "it could not be read back within " + Units.print(patience) + "; last: " + says);
            }
            pause();
        }
    }

    private void pause() throws InterruptedException {
        CompletableFuture<Void> over = new CompletableFuture<>();
        clock.at(clock.now() + PAUSE_MILLIS, () -> over.complete(null));
        try {
            over.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a pause cannot fail", e);
        }
    }

    private List<RolloutEvent> intended(Intent.Kind kind, Weight to) {
        List<RolloutEvent> events = new ArrayList<>();
        long at = now();
        if (before.started() == null) {
            events.add(release.started(at, Map.of()));
        }
        switch (kind) {
            case ROLL_BACK -> {
                if (!before.isRollingBack()) {
                    events.add(new RolloutEvent.RollbackIntended(at, "by hand", null, release.by()));
                }
            }
            case PROMOTE -> events.add(new RolloutEvent.PromoteIntended(at));
            case SHIFT -> events.add(new RolloutEvent.Warned(at, "By hand, by " + release.by() + ": shift to " + to));
        }
        return events;
    }

    /** A rollout that goes on will miss the weight that it had. */
    private RolloutEvent seen(Intent.Kind kind, Observation seen) {
        String by = "by hand, by " + release.by();
        return switch (kind) {
            case ROLL_BACK -> new RolloutEvent.Ended(now(), Outcome.ROLLED_BACK, by, Weight.ZERO);
            case PROMOTE -> new RolloutEvent.Ended(now(), Outcome.PROMOTED, by, seen.weight());
            case SHIFT ->
                RolloutEvent.WeightFound.of(
                        now(), before.weight(), before.position().extra(), seen);
        };
    }

    /** A journal never runs backwards. */
    private long now() {
        return Math.max(before.started() == null ? 0 : before.lastEventAt(), clock.now());
    }

    private void write(Intent.Kind kind, List<RolloutEvent> events) throws JournalException {
        if (events.isEmpty()) {
            return;
        }
        journal.append(events);
        if (journal.error() != null) {
            if (kind != Intent.Kind.ROLL_BACK) {
                throw new JournalException(journal.error());
            }
            tell.accept("not written down: " + journal.error());
        }
    }

    @Override
    public void close() {
        router.close();
    }
}

package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.Release;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A rollout in virtual time whose service and router do what a test says. */
final class VirtualRelease {

    static final long MINUTE = 60_000;
    static final long HOUR = 60 * MINUTE;

    final VirtualServices clock = new VirtualServices(1);
    final List<RolloutEvent> written = new ArrayList<>();
    final List<MetricQuery> asked = new ArrayList<>();
    /** Of the requests, 0 to 1; null for no data. */
    Double errors = 0.001;
    /** A track of which there is no data; null for none. */
    Track without;
    /** A metric of which there is no data; null for none. */
    String blind;

    Weight weight = Weight.ZERO;
    boolean promoted;
    boolean diskFull;
    /** Who has had the target since this rollout let go of it. */
    String successor;
    /** The router does not answer a tick; only whoever is about to take something back gets through. */
    boolean unseen;

    int claims;
    boolean claimed;
    int releases;
    /** What a rollout changed for its time cannot be put back. */
    boolean stuck;

    int putBacks;
    Claim claim;
    RolloutRun run;
    private final CanaryPlan plan;

    private final class Router implements TrafficRouter {
        @Override
        public Observation observe() throws RouterException {
            if (unseen && written(RolloutEvent.RollbackIntended.class).isEmpty()) {
                throw new RouterException("no answer");
            }
            return Observation.of(weight).asPromoted(promoted).withSuccessor(successor);
        }

        @Override
        public Duration claim() {
            claims++;
            claimed = true;
            return Duration.ofSeconds(20);
        }

        @Override
        public void release(Release how) {
            releases++;
            claimed = false;
        }

        @Override
        public void shift(Weight to) {
            weight = to;
            promoted &= to.equals(Weight.FULL);
        }

        @Override
        public void promote(String version) {
            weight = Weight.FULL;
            promoted = true;
        }
    }

    private final class Source implements MetricSource {
        @Override
        public CompletableFuture<Map<MetricQuery, Reading>> read(Set<MetricQuery> queries, Instant at) {
            Map<MetricQuery, Reading> readings = new LinkedHashMap<>();
            asked.addAll(queries);
            for (MetricQuery q : queries) {
                readings.put(
                        q,
                        errors == null
                                        || q.track() == without
                                        || q.metric().name().equals(blind)
                                ? Reading.noData("empty vector")
                                : Reading.of(
                                        switch (q.metric().name()) {
                                            case "success-rate" -> 1 - errors;
                                            case "error-rate" -> errors;
                                            default -> 0.1;
                                        }));
            }
            return CompletableFuture.completedFuture(readings);
        }

        @Override
        public String describe(MetricQuery query) {
            return null;
        }
    }

    VirtualRelease(CanaryPlan plan) {
        this.plan = plan;
        open();
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
    }

    private void open() {
        TrafficRouter router = new Router();
        run = new RolloutRun(
                plan,
                RolloutState.of(plan, written),
                events -> {
                    if (diskFull) {
                        throw new JournalException("no space left on device");
                    }
                    written.addAll(events);
                },
                router,
                new Source(),
                clock);
        claim = new Claim(router, run, clock);
        try {
            claim.take(
                    () -> {
                        putBacks++;
                        if (stuck) {
                            throw new RouterException("may not");
                        }
                    },
                    true);
        } catch (RouterException e) {
            throw new AssertionError(e);
        }
    }

    /** The process dies and another one takes over, as after a restart of the controller. */
    VirtualRelease restarted(long after) {
        run.stop();
        clock.advance(after);
        open();
        run.resume(new Input.OwnerGone(null, "the build ended with the rollout open"));
        return this;
    }

    VirtualRelease pass(long millis) {
        clock.advance(millis);
        return this;
    }

    Status status() {
        return run.state().status(plan);
    }

    <E extends RolloutEvent> List<E> written(Class<E> kind) {
        return written.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}

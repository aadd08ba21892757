package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A rollout in virtual time whose service and router do what a test says. */
final class VirtualRelease {

    static final long MINUTE = 60_000;
    static final long HOUR = 60 * MINUTE;

    final VirtualServices clock = new VirtualServices(1);
    final List<RolloutEvent> written = new ArrayList<>();
    final FakeRouter router = new FakeRouter();
    final FakeSource source = new FakeSource(this::read);
    /** Of the requests, 0 to 1; null for no data. */
    Double errors = 0.001;
    /** A track of which there is no data; null for none. */
    Track without;
    /** A metric of which there is no data; null for none. */
    String blind;

    boolean diskFull;
    /** The router does not answer a tick; only whoever is about to take something back gets through. */
    boolean unseen;

    /** What a rollout changed for its time cannot be put back. */
    boolean stuck;

    /** What is known of the calendars of the plan's windows. */
    Windows.Known calendar = new Windows.Known(List.of(), null, true);

    int putBacks;
    Claim claim;
    RolloutRun run;
    private final CanaryPlan plan;

    private Reading read(MetricQuery query) {
        return errors == null
                        || query.track() == without
                        || query.metric().name().equals(blind)
                ? Reading.noData("empty vector")
                : FakeSource.service(query, errors);
    }

    VirtualRelease(CanaryPlan plan) {
        this.plan = plan;
        open();
        run.begin(new RolloutEvent.Started(
                clock.now(), "r", "api", "v2", "", AdvanceMode.AUTOMATIC, "job #1", "ada", Map.of()));
    }

    private void open() {
        router.fault = call -> {
            if (call == FakeRouter.Call.OBSERVE
                    && unseen
                    && written(RolloutEvent.RollbackIntended.class).isEmpty()) {
                throw new RouterException("no answer");
            }
        };
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
                source,
                clock,
                c -> calendar);
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
        reopened(after);
        run.resume(new Input.OwnerGone(null, "the build ended with the rollout open"));
        return this;
    }

    /** The process dies, and its owner goes on in another one. */
    VirtualRelease crashed(long after) {
        reopened(after);
        run.resume();
        return this;
    }

    private void reopened(long after) {
        run.stop();
        clock.advance(after);
        open();
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

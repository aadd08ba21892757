package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** A rollout in virtual time, good as can be, whose router counts 100 requests a second and may route them wrong. */
final class CountingRelease {

    static final long MINUTE = 60_000;
    static final long TICK = SamplePlans.INTERVAL.toMillis();

    final VirtualServices clock = new VirtualServices(1);
    final SimRouter router = new SimRouter(new Random(1), new SimPower(), 0, 0);
    final List<RolloutEvent> written = new ArrayList<>();
    final CanaryPlan plan;
    private final Function<MetricQuery, Reading> service;
    /** The source does not answer. */
    boolean down;

    RolloutRun run;
    RolloutView view;

    /** @param service what its source says of it */
    CountingRelease(CanaryPlan plan, AdvanceMode mode, Function<MetricQuery, Reading> service) {
        this.plan = plan;
        this.service = service;
        router.counts = true;
        open();
        run.begin(new RolloutEvent.Started(clock.now(), "r", "api", "v2", "", mode, "job #1", "ada", Map.of()));
        clock.world(1_000, this::traffic);
    }

    CountingRelease(CanaryPlan plan, AdvanceMode mode) {
        this(plan, mode, query -> FakeSource.service(query, 0.001));
    }

    private void open() {
        run = new RolloutRun(
                plan, RolloutState.of(plan, written), written::addAll, router, new FakeSource(this::read), clock);
        view = new RolloutView(plan);
        written.forEach(view::apply);
        run.listen(view::follow);
    }

    /** The process dies and another one takes over. */
    void restart(long after) {
        run.stop();
        clock.crash();
        clock.advance(after);
        open();
        run.resume();
    }

    private void traffic() {
        router.serve(100);
        clock.world(1_000, this::traffic);
    }

    CountingRelease pass(long millis) {
        clock.advance(millis);
        return this;
    }

    Status status() {
        return run.state().status(plan);
    }

    RolloutStatusResponse answer() {
        return view.answer(0, -1, clock.now(), Person.reader("ada"), true, null);
    }

    <E extends RolloutEvent> List<E> written(Class<E> kind) {
        return written.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Reading read(MetricQuery query) {
        return down ? Reading.unavailable("connection refused") : service.apply(query);
    }
}

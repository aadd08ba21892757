package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.Journal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.testing.FakeRouter;
import io.jenkins.plugins.canary.engine.testing.FakeSource;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A true rollout in virtual time, over a router and a source that live in memory, with its view and its API. */
public final class FakeRelease implements AutoCloseable {

    private final VirtualServices time = new VirtualServices(1);
    private final FakeService service = new FakeService();
    private final FakeRouter router = new FakeRouter(time::now);
    private final List<RolloutEvent> events = new ArrayList<>();
    private final Journal journal;
    private final RolloutRun run;
    private final RolloutView view;

    FakeRelease(CanaryPlan plan, AdvanceMode mode, Journal journal) {
        this.journal = journal;
        view = new RolloutView(plan);
        run = new RolloutRun(plan, RolloutState.empty(plan), journal, router, new FakeSource(service::read), time);
        run.listen(view::follow);
        run.listen(steps -> events.addAll(steps.events()));
        run.begin(new RolloutEvent.Started(
                        time.now(),
                        "rollout-of-" + plan.name(),
                        plan.name(),
                        "v2.4.0",
                        plan.text(),
                        mode,
                        "deploy/api-gateway #128",
                        "alice",
                        queries(plan))
                .with(Map.of(Exclusion.STARTER, List.of("alice"), Exclusion.COMMITTERS, List.of("carol")), null));
    }

    static FakeRelease inMemory(CanaryPlan plan, AdvanceMode mode) {
        return new FakeRelease(plan, mode, e -> {});
    }

    /** A plan of a test's own, with a journal on the disk. */
    public static FakeRelease inFile(CanaryPlan plan, Path file) throws IOException {
        return new FakeRelease(plan, AdvanceMode.AUTOMATIC, FileJournal.open(file, e -> {}));
    }

    /** The seeds' plan, walked by the engine. */
    public static FakeRelease seed() {
        return inMemory(ReleasePlans.seed(), AdvanceMode.AUTOMATIC);
    }

    /** With checklists for every time, and a watch that asks. */
    public static FakeRelease cared() {
        return inMemory(ReleasePlans.cared(), AdvanceMode.AUTOMATIC);
    }

    /** With probes, a checklist that one of them proves, and a score. */
    public static FakeRelease probed() {
        return inMemory(ReleasePlans.probed(), AdvanceMode.AUTOMATIC);
    }

    /** The seeds' plan under another name. */
    public static FakeRelease named(String name, String approver) {
        return inMemory(ReleasePlans.named(name, List.of(approver)), AdvanceMode.AUTOMATIC);
    }

    /** A plan with a probe wherever there is free text. */
    public static FakeRelease hostile(String probe) {
        return inMemory(ReleasePlans.hostile(probe), AdvanceMode.AUTOMATIC);
    }

    private static Map<String, String> queries(CanaryPlan plan) {
        Map<String, String> queries = new LinkedHashMap<>();
        for (MetricQuery q : plan.queries(0)) {
            queries.put(
                    q.key(),
                    "sum(rate(http_requests_total{namespace=\"production\","
                            + (q.track() == Track.CANARY ? "version=\"v2.4.0\"" : "version=\"v2.3.9\"")
                            + ",status!~\"5..\"}[1m])) # " + q.metric().key());
        }
        return queries;
    }

    public FakeRelease pass(int minutes, int seconds) {
        time.advance(minutes * 60_000L + seconds * 1_000L);
        return this;
    }

    public FakeRelease becomes(String condition) {
        service.becomes(FakeService.Condition.valueOf(condition));
        return this;
    }

    /** As when the router does not do what it says. */
    public FakeRelease routerSends(double share) {
        router.sends = share;
        return this;
    }

    public FakeRelease routerFails(String error) {
        router.fault = call -> {
            throw new RouterException(error);
        };
        return this;
    }

    public RolloutApi api() {
        return new RolloutApi(view, run, time::now);
    }

    /** As when webhooks were not told. */
    public RolloutApi api(List<RolloutStatusResponse.FailedDeliveryRow> failedDeliveries) {
        return new RolloutApi(view, run, time::now, () -> failedDeliveries);
    }

    public RolloutRun run() {
        return run;
    }

    public RolloutView view() {
        return view;
    }

    List<RolloutEvent> events() {
        return events;
    }

    RolloutStatusResponse answer(long since, long generation, Person person) {
        return view.answer(since, generation, time.now(), person, true, null);
    }

    RolloutStatusResponse answer() {
        return answer(0, -1, Person.allowedAll("bob"));
    }

    @Override
    public void close() throws Exception {
        run.stop();
        journal.close();
    }
}

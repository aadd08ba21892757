package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.nio.file.Path;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/** A rollout by the engine itself, with its journal and its page's view, as fast as it can be ticked. */
final class VirtualRollout implements AutoCloseable {

    private final Time time = new Time();
    private final FileJournal journal;
    private final RolloutRun run;
    private final RolloutView view;
    private RolloutEvent.Ticked last;

    /** @param file a journal that is not there yet, or empty */
    VirtualRollout(CanaryPlan plan, Path file) throws Exception {
        journal = FileJournal.open(file, e -> {});
        view = new RolloutView(plan);
        run = new RolloutRun(
                plan, RolloutState.empty(plan), journal, new Workload.Router(), new Workload.Source(), time);
        run.listen(view::follow);
        run.listen(steps -> steps.events().forEach(e -> last = e instanceof RolloutEvent.Ticked tick ? tick : last));
        run.begin(Workload.started(plan, "bench", time.now()));
        while (!run.state().evidence().gate().isOpen()) {
            time.runNext();
        }
    }

    void tick() {
        long before = run.state().evidence().ticks();
        while (run.state().evidence().ticks() == before) {
            time.runNext();
        }
    }

    RolloutEvent.Ticked last() {
        return last;
    }

    RolloutView view() {
        return view;
    }

    @Override
    public void close() {
        run.stop();
        journal.close();
    }

    /** Time that goes on as fast as tasks are run; everything on the caller's thread. */
    private static final class Time implements RuntimeServices {
        private record Task(long at, Runnable what) {}

        private final PriorityQueue<Task> tasks = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
        private long now = 1_800_000_000_000L;

        void runNext() {
            Task next = tasks.remove();
            now = Math.max(now, next.at);
            next.what.run();
        }

        @Override
        public long now() {
            return now;
        }

        @Override
        public void at(long millis, Runnable task) {
            tasks.add(new Task(millis, task));
        }

        @Override
        public Executor decisions() {
            return Runnable::run;
        }

        @Override
        public Executor routerCalls() {
            return Runnable::run;
        }

        @Override
        public double random() {
            return 0.5;
        }
    }
}

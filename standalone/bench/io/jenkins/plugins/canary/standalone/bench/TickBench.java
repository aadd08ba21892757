package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.Clockwork;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** All that a tick with 10 metrics costs besides the source's time: decide, write to the journal, fold, and the page's view. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TickBench {

    private final Time time = new Time();
    private Path dir;
    private FileJournal journal;
    private RolloutRun run;

    @Setup(Level.Iteration)
    public void begin() throws Exception {
        dir = Files.createTempDirectory("canary-bench");
        CanaryPlan plan = Workload.plan(10);
        journal = FileJournal.open(dir.resolve("journal.jsonl"), e -> { });
        run = new RolloutRun(plan, RolloutState.empty(plan), journal, new Workload.Router(), new Workload.Source(), time);
        RolloutView view = new RolloutView(plan);
        run.listen(view::follow);
        run.begin(Workload.started(plan, "bench", time.now()));
        while (!run.state().gate().isOpen()) {
            time.runNext();
        }
    }

    @Benchmark
    public long tick() {
        long before = run.state().ticks();
        while (run.state().ticks() == before) {
            time.runNext();
        }
        return before;
    }

    @TearDown(Level.Iteration)
    public void end() throws Exception {
        run.stop();
        journal.close();
        time.tasks.clear();
        Files.delete(dir.resolve("journal.jsonl"));
        Files.delete(dir);
    }

    /** Time that goes on as fast as tasks are run; everything on the caller's thread. */
    private static final class Time implements Clockwork {
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

package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.Clockwork;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;

/**
 * All that a tick with 10 metrics costs besides the source's time: decide, write to the journal, fold, and the page's
 * view. Counted is the processor's time, of which other programs on the machine take nothing; the wall clock's is told
 * beside it.
 */
public final class TickCost {

    private static final int WARM_UP = 10_000;
    private static final int TICKS = 20_000;

    private TickCost() {}

    static List<Budget> measure() throws Exception {
        Map<String, Double> n = Child.numbers(TickCost.class, List.of("-Xmx512m"));
        return List.of(new Budget("own cost of a tick with 10 metrics, p99", 2, n.get("cpuP99"), "ms",
                String.format(java.util.Locale.ROOT, "processor time; median %.3f ms, wall clock p99 %.3f ms; journal and "
                        + "page view included", n.get("cpuMedian"), n.get("wallP99"))));
    }

    public static void main(String[] args) throws Exception {
        Path file = Files.createTempFile("canary-bench", ".jsonl");
        CanaryPlan plan = Workload.plan(10);
        Time time = new Time();
        try (FileJournal journal = FileJournal.open(file, e -> { })) {
            RolloutRun run = new RolloutRun(
                    plan, RolloutState.empty(plan), journal, new Workload.Router(), new Workload.Source(), time);
            RolloutView view = new RolloutView(plan);
            run.listen(view::follow);
            run.begin(Workload.started(plan, "bench", time.now()));
            for (int i = 0; i < WARM_UP; i++) {
                tick(run, time);
            }
            if (!run.state().gate().isOpen()) {
                throw new IllegalStateException("the gate did not open");
            }
            measure(run, time);
        } finally {
            Files.delete(file);
        }
    }

    private static void measure(RolloutRun run, Time time) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] cpu = new long[TICKS];
        long[] wall = new long[TICKS];
        for (int i = 0; i < TICKS; i++) {
            long cpuBefore = threads.getCurrentThreadCpuTime();
            long wallBefore = System.nanoTime();
            tick(run, time);
            wall[i] = System.nanoTime() - wallBefore;
            cpu[i] = threads.getCurrentThreadCpuTime() - cpuBefore;
        }
        Arrays.sort(cpu);
        Arrays.sort(wall);
        Child.tell("cpuP99", cpu[TICKS * 99 / 100] / 1e6);
        Child.tell("cpuMedian", cpu[TICKS / 2] / 1e6);
        Child.tell("wallP99", wall[TICKS * 99 / 100] / 1e6);
    }

    private static void tick(RolloutRun run, Time time) {
        long before = run.state().ticks();
        while (run.state().ticks() == before) {
            time.runNext();
        }
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

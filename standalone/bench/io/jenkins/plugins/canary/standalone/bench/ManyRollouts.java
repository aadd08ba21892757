package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The engine as it runs live (its clock, its threads, a journal file for each rollout) over sources and routers that
 * answer at once, so that what is measured is the engine. Rollouts begin evenly over a minute, as builds do; measured
 * are the minutes after that.
 */
public final class ManyRollouts {

    private static final int ROLLOUTS = 10_000;
    private static final long BEGIN_MILLIS = 60_000;
    private static final long INTERVAL = 60_000;
    private static final int MINUTES = 3;

    private final int[] late = new int[ROLLOUTS * (MINUTES + 2)];
    private int ticks;
    private volatile boolean measuring;

    private ManyRollouts() {}

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("canary-bench");
        try {
            new ManyRollouts().run(dir);
        } finally {
            delete(dir);
        }
    }

    private void run(Path dir) throws Exception {
        CanaryPlan plan = Workload.plan(6);
        List<RolloutRun> runs = new ArrayList<>();
        List<FileJournal> journals = new ArrayList<>();
        try (LiveRuntimeServices clock = new LiveRuntimeServices()) {
            long first = clock.now();
            for (int i = 0; i < ROLLOUTS; i++) {
                long wait = first + i * BEGIN_MILLIS / ROLLOUTS - clock.now();
                if (wait > 0) {
                    Thread.sleep(wait);
                }
                FileJournal journal = FileJournal.open(dir.resolve(i + ".jsonl"), e -> {});
                RolloutRun run = new RolloutRun(
                        plan, RolloutState.empty(plan), journal, new Workload.Router(), new Workload.Source(), clock);
                listen(run, clock);
                run.begin(Workload.started(plan, "bench-" + i, clock.now()));
                runs.add(run);
                journals.add(journal);
            }
            System.out.printf("%d rollouts began within %d s%n", ROLLOUTS, (clock.now() - first) / 1000);
            Thread.sleep(2_000);
            measuring = true;
            Thread.sleep(MINUTES * INTERVAL);
            measuring = false;
            report(runs);
        }
        runs.forEach(RolloutRun::stop);
        for (FileJournal journal : journals) {
            journal.close();
        }
    }

    /** A tick is late by the time from when it was due until it is in the journal. */
    private void listen(RolloutRun run, LiveRuntimeServices clock) {
        long[] begun = new long[1];
        run.listen(steps -> {
            for (RolloutEvent event : steps.events()) {
                if (event instanceof RolloutEvent.Started) {
                    begun[0] = clock.now();
                } else if (event instanceof RolloutEvent.Ticked && measuring) {
                    count((int) ((clock.now() - begun[0]) % INTERVAL));
                }
            }
        });
    }

    private synchronized void count(int millis) {
        if (ticks < late.length) {
            late[ticks++] = millis;
        }
    }

    private synchronized void report(List<RolloutRun> runs) {
        long open =
                runs.stream().filter(r -> r.state().evidence().gate().isOpen()).count();
        if (open < ROLLOUTS || ticks < ROLLOUTS * (MINUTES - 1)) {
            throw new IllegalStateException(
                    "only " + open + " rollouts were under way, and " + ticks + " ticks counted");
        }
        int[] sorted = Arrays.copyOf(late, ticks);
        Arrays.sort(sorted);
        Child.tell("ticks", ticks);
        Child.tell("lateP99", sorted[(int) (ticks * 0.99)]);
        Child.tell("lateMax", sorted[ticks - 1]);
        Child.tell("threads", ManagementFactory.getThreadMXBean().getPeakThreadCount());
        System.gc();
        Child.tell(
                "heapMb",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1e6);
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package io.jenkins.plugins.canary.standalone.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
        return List.of(new Budget(
                "own cost of a tick with 10 metrics, p99",
                2,
                n.get("cpuP99"),
                "ms",
                String.format(
                        java.util.Locale.ROOT,
                        "processor time; median %.3f ms, wall clock p99 %.3f ms; journal and page view included",
                        n.get("cpuMedian"),
                        n.get("wallP99"))));
    }

    public static void main(String[] args) throws Exception {
        Path file = Files.createTempFile("canary-bench", ".jsonl");
        try (VirtualRollout rollout = new VirtualRollout(Workload.plan(10), file)) {
            for (int i = 0; i < WARM_UP; i++) {
                rollout.tick();
            }
            measure(rollout);
        } finally {
            Files.delete(file);
        }
    }

    private static void measure(VirtualRollout rollout) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] cpu = new long[TICKS];
        long[] wall = new long[TICKS];
        for (int i = 0; i < TICKS; i++) {
            long cpuBefore = threads.getCurrentThreadCpuTime();
            long wallBefore = System.nanoTime();
            rollout.tick();
            wall[i] = System.nanoTime() - wallBefore;
            cpu[i] = threads.getCurrentThreadCpuTime() - cpuBefore;
        }
        Arrays.sort(cpu);
        Arrays.sort(wall);
        Child.tell("cpuP99", cpu[TICKS * 99 / 100] / 1e6);
        Child.tell("cpuMedian", cpu[TICKS / 2] / 1e6);
        Child.tell("wallP99", wall[TICKS * 99 / 100] / 1e6);
    }
}

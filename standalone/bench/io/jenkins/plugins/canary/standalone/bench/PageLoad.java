package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The gate page's answers on a rollout of 100,000 ticks. */
final class PageLoad {

    static final int TICKS = 100_000;
    private static final int BATCH = 1_000;

    private PageLoad() {}

    static List<Budget> measure() throws Exception {
        Path dir = Files.createTempDirectory("canary-bench");
        Path journal = dir.resolve("journal.jsonl");
        try {
            write(journal);
            Map<String, Double> n = Child.numbers(PageAnswers.class, List.of("-Xmx512m"), journal.toString());
            return List.of(
                    new Budget("gate page on 100,000 ticks: first answer from a snapshot", 200, n.get("coldMillis"), "ms",
                            "in a JVM that has never answered before; then " + format(n.get("warmMillis")) + " ms"),
                    new Budget("  first answer while the rollout runs", 200, n.get("liveMillis"), "ms", ""),
                    new Budget("  update", 20, n.get("updateMillis"), "ms", "slowest of 200 while the rollout runs"));
        } finally {
            Files.deleteIfExists(journal);
            Files.deleteIfExists(ViewStore.beside(journal));
            Files.delete(dir);
        }
    }

    private static String format(double millis) {
        return String.format(java.util.Locale.ROOT, "%.1f", millis);
    }

    private static void write(Path file) throws Exception {
        CanaryPlan plan = Workload.plan(6);
        RolloutView view = new RolloutView(plan);
        Workload.Source source = new Workload.Source();
        long at = 1_800_000_000_000L;
        try (FileJournal journal = FileJournal.open(file, e -> { })) {
            List<RolloutEvent> batch = new ArrayList<>(List.of(
                    Workload.started(plan, "bench", at),
                    new RolloutEvent.ShiftIntended(at + 1, 0, Weight.ZERO, Weight.ofPercent(5)),
                    new RolloutEvent.ShiftApplied(at + 2, 0, Weight.ofPercent(5), new Requests(0, 0))));
            for (int i = 1; i <= TICKS; i++) {
                batch.add(JournalBench.tick(plan, source, at + i * 60_000L, i * 100L));
                if (batch.size() >= BATCH || i == TICKS) {
                    journal.append(batch);
                    batch.forEach(view::apply);
                    batch.clear();
                }
            }
        }
        if (!ViewStore.save(file, view)) {
            throw new IllegalStateException("the snapshot was not kept");
        }
    }
}

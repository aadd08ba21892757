package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.view.ViewStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The gate page's answers on a rollout of 100,000 ticks. */
final class PageLoad {

    static final int TICKS = 100_000;

    private PageLoad() {}

    static List<Budget> measure() throws Exception {
        Path dir = Files.createTempDirectory("canary-bench");
        Path journal = dir.resolve("journal.jsonl");
        Path other = dir.resolve("other.jsonl");
        try {
            write(journal, TICKS);
            write(other, 1_000);
            Path live = dir.resolve("live.jsonl");
            Map<String, Double> n = Child.numbers(
                    PageAnswers.class, List.of("-Xmx512m"), journal.toString(), other.toString(), live.toString());
            return List.of(
                    new Budget(
                            "gate page on 100,000 ticks: first answer, from its snapshot",
                            200,
                            n.get("coldMedian"),
                            "ms",
                            "read from disk each time, median of 5, slowest " + Math.round(n.get("coldMax"))
                                    + " ms; the very first answer of a JVM took "
                                    + Math.round(n.get("veryFirstMillis")) + " ms"),
                    new Budget("  first answer while the rollout runs", 200, n.get("liveMillis"), "ms", ""),
                    new Budget(
                            "  update",
                            20,
                            n.get("updateMedian"),
                            "ms",
                            "median of 200 while the rollout runs; slowest " + Math.round(n.get("updateMax")) + " ms"));
        } finally {
            for (Path file : left(dir)) {
                Files.delete(file);
            }
            Files.delete(dir);
        }
    }

    private static List<Path> left(Path dir) throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.toList();
        }
    }

    private static void write(Path file, int ticks) throws Exception {
        try (VirtualRollout rollout = new VirtualRollout(Workload.plan(6), file)) {
            for (int i = 0; i < ticks; i++) {
                rollout.tick();
            }
            if (!ViewStore.save(file, rollout.view())) {
                throw new IllegalStateException("the snapshot was not kept");
            }
        }
    }
}

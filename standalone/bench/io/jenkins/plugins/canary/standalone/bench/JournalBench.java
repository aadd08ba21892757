package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/** One tick of 6 metrics appended to a journal: JSON, hash and write, without fsync, which ticks do not ask for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JournalBench {

    private Path file;
    private FileJournal journal;
    private List<RolloutEvent> tick;

    @Setup(Level.Iteration)
    public void open() throws Exception {
        file = Files.createTempFile("canary-bench", ".jsonl");
        try (VirtualRollout rollout = new VirtualRollout(Workload.plan(6), file)) {
            tick = List.of(rollout.last());
        }
        journal = FileJournal.open(file, e -> {});
    }

    @Benchmark
    public void append() throws Exception {
        journal.append(tick);
    }

    @TearDown(Level.Iteration)
    public void close() throws Exception {
        journal.close();
        Files.delete(file);
    }
}

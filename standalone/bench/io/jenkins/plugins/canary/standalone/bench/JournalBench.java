package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    static RolloutEvent.Ticked tick(CanaryPlan plan, Workload.Source source, long at, long requests) {
        Map<MetricQuery, Reading> readings = source.readings(plan.queries(0));
        List<Check> gate = plan.phases().get(0).gate().stream().map(c -> c.check(readings)).toList();
        List<Check> abort = plan.abort().stream().filter(r -> r.criterion() != null).map(r -> {
            Criterion c = r.criterion();
            return c.check(readings);
        }).toList();
        List<RolloutEvent.Measured> measured = readings.entrySet().stream()
                .map(e -> new RolloutEvent.Measured(e.getKey().metric(), e.getKey().track(),
                        e.getKey().window().toMillis(), e.getValue().value(), e.getValue().status(), null))
                .toList();
        return new RolloutEvent.Ticked(at, 0, measured, gate, abort, Weight.ofPercent(5),
                new Requests(requests, 19 * requests), null);
    }

    @Setup(Level.Iteration)
    public void open() throws Exception {
        file = Files.createTempFile("canary-bench", ".jsonl");
        journal = FileJournal.open(file, e -> { });
        tick = List.of(tick(Workload.plan(6), new Workload.Source(), 1_800_000_000_000L, 1000));
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

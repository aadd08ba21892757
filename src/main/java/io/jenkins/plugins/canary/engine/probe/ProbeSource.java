package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.ReadingBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A rollout's metrics together with its probes. A tick never waits for a probe: it reads the last result, and what is due
 * is begun beside it. Until the first result it is unavailable, so that a gate that needs the probe waits and an abort rule
 * beside it fires as ever. A result is used for twice the probe's interval and the time that it took: then the probe is
 * stuck, and nobody knows any more what it would find.
 */
public final class ProbeSource implements MetricSource {

    private record Key(String probe, Track track) {}

    /** @param since when the probe under way was begun; 0 when none is */
    private record Slot(ProbeResult last, long lastAt, long since) {
        static final Slot EMPTY = new Slot(null, 0, 0);
    }

    private final MetricSource metrics;
    private final Prober prober;
    private final LongSupplier now;
    private final Duration interval;
    private final Map<Key, Slot> slots = new HashMap<>();
    private volatile Consumer<ProbeResult> listener = result -> {};
    private long phase;

    /**
     * @param now the rollout's clock, milliseconds since the epoch
     * @param interval the time between two ticks
     */
    public ProbeSource(MetricSource metrics, Prober prober, LongSupplier now, Duration interval) {
        this.metrics = metrics;
        this.prober = prober;
        this.now = now;
        this.interval = interval;
    }

    /** Who is told of every result; called by any thread, without a lock. */
    public void listen(Consumer<ProbeResult> to) {
        listener = to;
    }

    /** A phase begins: what was found before says nothing of it. */
    public synchronized void begin() {
        phase++;
        slots.clear();
    }

    /** The canary is being taken back: nobody waits for what is under way. */
    public synchronized void hangUp() {
        phase++;
        prober.hangUp();
    }

    @Override
    public CompletableFuture<Map<MetricQuery, Reading>> read(
            Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
        Set<MetricQuery> others = new LinkedHashSet<>();
        Map<MetricQuery, Reading> probed = new LinkedHashMap<>();
        for (MetricQuery query : queries) {
            if (query.metric().probe() == null) {
                others.add(query);
            } else {
                probed.put(query, alone(query));
            }
        }
        probed.forEach(early);
        return metrics.read(others, at, early).thenApply(readings -> {
            Map<MetricQuery, Reading> all = new LinkedHashMap<>(readings);
            all.putAll(probed);
            return all;
        });
    }

    private Reading alone(MetricQuery query) {
        try {
            return reading(query);
        } catch (Throwable fault) {
            return ReadingBatch.failed(fault);
        }
    }

    private synchronized Reading reading(MetricQuery query) {
        Probe probe = prober.settings().run().get(query.metric().probe());
        if (probe == null) {
            return Reading.unavailable("the plan has no such probe");
        }
        Key key = new Key(probe.name(), query.track());
        Slot slot = slots.getOrDefault(key, Slot.EMPTY);
        long time = now.getAsLong();
        // A clock that was set back must not keep an old result for as long.
        boolean due = slot.last() == null
                || Math.abs(time - slot.lastAt()) >= probe.every().toMillis();
        if (due && slot.since() == 0) {
            slots.put(key, new Slot(slot.last(), slot.lastAt(), time));
            begin(probe, key, phase);
        }
        if (slot.last() == null) {
            // Not "no data", which a plan may let pass: nothing was answered yet.
            return Reading.unavailable("the probe has no result yet");
        }
        Duration age = Duration.ofMillis(Math.abs(time - slot.lastAt()) / 1_000 * 1_000);
        return age.compareTo(oldest(probe, slot.last())) > 0
                ? Reading.unavailable("the last result is " + Units.print(age)
                        + " old, and the probe that was begun since has not ended")
                : reading(slot.last());
    }

    /** A new result is due after the probe's own interval, at the next tick, and takes its time. */
    private Duration oldest(Probe probe, ProbeResult last) {
        Duration due = probe.every().compareTo(interval) > 0 ? probe.every() : interval;
        return due.multipliedBy(2).plusMillis(last.tookMillis());
    }

    private void begin(Probe probe, Key key, long ofPhase) {
        // Not here: a key may have to be looked up, and the tick waits for nothing.
        CompletableFuture<ProbeResult> run = CompletableFuture.supplyAsync(
                        () -> prober.run(probe, key.track()), prober.executor())
                .thenCompose(r -> r);
        long begun = now.getAsLong();
        run.exceptionally(
                        bug -> ProbeResult.unavailable(probe.name(), key.track(), "the probe failed: " + bug, begun, 0))
                .thenAccept(result -> {
                    synchronized (this) {
                        if (ofPhase == phase) {
                            slots.put(key, new Slot(result, now.getAsLong(), 0));
                        }
                    }
                    listener.accept(result);
                });
    }

    /** How many expectations were not met, where that is known. */
    private static Reading reading(ProbeResult result) {
        CheckOutcome outcome = result.outcome();
        return switch (outcome) {
            case PASS, FAIL -> Reading.of(result.failures()).withDetail(result.says());
            case NO_DATA -> Reading.noData(result.says());
            case UNAVAILABLE -> Reading.unavailable(result.says());
        };
    }

    @Override
    public String describe(MetricQuery query) {
        return query.metric().probe() == null ? metrics.describe(query) : null;
    }

    @Override
    public void close() {
        prober.close();
        metrics.close();
    }
}

package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import io.jenkins.plugins.canary.engine.rollout.TickSupervisor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the plugin counts of its own work since the controller started. What can be asked of the open rollouts is not
 * counted but read at the scrape. Safe for any thread.
 */
public final class PluginMetrics {

    private static final double[] LATENESS = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
    private static final double[] LATENCY = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter ended;
    private final Counter verdicts;
    private final Counter rollbacks;
    private final Counter unavailable;
    private final Counter silent;
    private final Histogram lateness;
    private final Histogram latency;

    public PluginMetrics() {
        ended = counter("canary_rollouts_ended_total", "Rollouts that ended, by outcome.", "outcome");
        verdicts = counter("canary_gate_verdicts_total", "Verdicts of phases' gates.", "verdict");
        rollbacks = counter("canary_rollbacks_total", "Roll backs, by what asked for them.", "reason");
        unavailable = counter(
                "canary_source_unavailable_readings_total", "Readings that a metric source did not answer.", "track");
        silent = counter(
                "canary_silent_rollouts_total",
                "Rollouts whose ticks stopped and were started again, or hang.",
                "kind");
        lateness = histogram("canary_tick_lateness_seconds", "How much later than due ticks were decided.", LATENESS);
        latency = histogram("canary_source_latency_seconds", "How long metric sources took to answer a tick.", LATENCY);
        // A series that begins with its first event hides that event from rate().
        List.of("promoted", "rolled_back", "held", "failed").forEach(ended::initLabelValues);
        List.of("restarted", "stuck").forEach(silent::initLabelValues);
        List.of("pass", "fail").forEach(verdicts::initLabelValues);
        List.of("abort_rule", "gate_failed", "asked_for", "other").forEach(rollbacks::initLabelValues);
    }

    private Counter counter(String name, String help, String label) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(label)
                .withoutExemplars()
                .register(registry);
    }

    private Histogram histogram(String name, String help, double[] buckets) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .unit(Unit.SECONDS)
                .classicOnly()
                .classicUpperBounds(buckets)
                .withoutExemplars()
                .register(registry);
    }

    public PrometheusRegistry registry() {
        return registry;
    }

    /** Rollouts that ended so. */
    public long ended(Outcome outcome) {
        return (long) ended.labelValues(outcome.name().toLowerCase(Locale.ROOT)).get();
    }

    /** Verdicts of phases' gates. */
    public long gates(boolean passed) {
        return (long) verdicts.labelValues(passed ? "pass" : "fail").get();
    }

    /** Ticks that were decided; the first of each rollout is not among them, since nobody knows when it was due. */
    public long ticks() {
        return tickBuckets().mapToLong(ClassicHistogramBucket::getCount).sum();
    }

    /** Those of {@link #ticks} that were decided more than a second after they were due. */
    public long lateTicks() {
        return tickBuckets()
                .filter(b -> b.getUpperBound() > 1)
                .mapToLong(ClassicHistogramBucket::getCount)
                .sum();
    }

    private Stream<ClassicHistogramBucket> tickBuckets() {
        return lateness.collect().getDataPoints().stream().flatMap(p -> p.getClassicBuckets().stream());
    }

    /** Readings that a metric source did not answer. */
    public long unavailable() {
        return Arrays.stream(Track.values())
                .mapToLong(track -> (long) unavailable.labelValues(track.word()).get())
                .sum();
    }

    /** Counts what the supervisor of the ticks found. */
    public void silent(TickSupervisor.Kind kind) {
        if (kind != TickSupervisor.Kind.RECOVERED) {
            silent.labelValues(kind.name().toLowerCase(Locale.ROOT)).inc();
        }
    }

    /**
     * Counts what happens in one rollout, under its lock.
     *
     * @param interval the time between two ticks that are not late
     */
    public Consumer<Steps> meter(Duration interval) {
        AtomicLong lastTick = new AtomicLong();
        return steps -> {
            for (RolloutEvent event : steps.events()) {
                if (event instanceof RolloutEvent.Ticked) {
                    long last = lastTick.getAndSet(event.at());
                    if (last != 0) {
                        lateness.observe(Math.max(0, event.at() - last - interval.toMillis()) / 1000.0);
                    }
                } else if (event instanceof RolloutEvent.GatePassed) {
                    verdicts.labelValues("pass").inc();
                } else if (event instanceof RolloutEvent.GateFailed) {
                    verdicts.labelValues("fail").inc();
                } else if (event instanceof RolloutEvent.RollbackIntended e) {
                    rollbacks.labelValues(reason(e, steps.state())).inc();
                } else if (event instanceof RolloutEvent.Ended e) {
                    ended.labelValues(e.outcome().name().toLowerCase(Locale.ROOT))
                            .inc();
                }
            }
        };
    }

    /** What asked for a roll back, in few enough kinds to be a label. */
    private static String reason(RolloutEvent.RollbackIntended event, RolloutState after) {
        if (event.rule() != null) {
            return "abort_rule";
        }
        if (event.by() != null) {
            return "asked_for";
        }
        return event.reason().equals(after.evidence().gateFailure()) ? "gate_failed" : "other";
    }

    /** The same source, its answers timed. */
    public MetricSource timed(MetricSource source) {
        return new MetricSource() {
            @Override
            public CompletableFuture<Map<MetricQuery, Reading>> read(
                    Set<MetricQuery> queries, Instant at, BiConsumer<MetricQuery, Reading> early) {
                long began = System.nanoTime();
                return source.read(queries, at, early).whenComplete((readings, fault) -> {
                    latency.observe((System.nanoTime() - began) / 1e9);
                    if (readings != null) {
                        readings.forEach(PluginMetrics.this::count);
                    }
                });
            }

            @Override
            public String describe(MetricQuery query) {
                return source.describe(query);
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }

    private void count(MetricQuery query, Reading reading) {
        if (reading.status() == Reading.Status.UNAVAILABLE) {
            unavailable.labelValues(query.track().word()).inc();
        }
    }
}

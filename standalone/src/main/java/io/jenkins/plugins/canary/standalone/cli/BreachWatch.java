package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * A second pair of eyes on the same metrics, many times more often than the rollout's ticks: finds out when a breach
 * could first have been seen, so that the demo can say how long the rollout took to react to it.
 */
final class BreachWatch implements AutoCloseable {

    private static final long LOOK_MILLIS = 20;

    private final CanaryPlan plan;
    private final MetricSource source;
    private final LongSupplier now;
    private final IntSupplier phase;
    private final Map<String, Long> brokenSince = new HashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final ScheduledExecutorService beat;

    /**
     * @param source a source of this watch's own: its samples are not the rollout's
     * @param phase index of the rollout's current phase; -1 before the first
     */
    BreachWatch(CanaryPlan plan, MetricSource source, LongSupplier now, IntSupplier phase) {
        this.plan = plan;
        this.source = source;
        this.now = now;
        this.phase = phase;
        beat = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "canary-breach-watch");
            thread.setDaemon(true);
            return thread;
        });
        beat.scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        int current = Math.max(0, phase.getAsInt());
        Set<MetricQuery> queries = new LinkedHashSet<>(plan.queries(current));
        long at = now.getAsLong();
        source.read(queries, Instant.ofEpochMilli(at)).thenAccept(readings -> {
            judge(current, readings, at);
            looking.set(false);
        });
    }

    private synchronized void judge(int current, Map<MetricQuery, Reading> readings, long at) {
        for (AbortRule rule : plan.abort()) {
            boolean broken = rule.criterion() != null
                    ? fails(rule.criterion(), readings)
                    : plan.phases().get(current).gate().stream().anyMatch(c -> fails(c, readings));
            if (broken) {
                brokenSince.putIfAbsent(rule.label(), at);
            } else {
                brokenSince.remove(rule.label());
            }
        }
    }

    private static boolean fails(Criterion criterion, Map<MetricQuery, Reading> readings) {
        return criterion.check(readings).outcome() == CheckOutcome.FAIL;
    }

    /**
     * When everything that a rule asks for could first be seen, milliseconds since the epoch; null when it was not seen
     * at all. A rule that wants a breach to last is fulfilled when it has lasted.
     */
    synchronized Long visibleAt(String label) {
        Long since = brokenSince.get(label);
        if (since == null) {
            return null;
        }
        AbortRule rule = plan.abort().stream()
                .filter(r -> r.label().equals(label))
                .findFirst()
                .orElseThrow();
        long lasting = rule.criterion() != null
                ? rule.sustained().toMillis()
                : (rule.consecutiveFailures() - 1) * plan.metrics().interval().toMillis();
        return since + lasting;
    }

    @Override
    public void close() {
        beat.shutdownNow();
        source.close();
    }
}

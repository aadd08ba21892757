package io.jenkins.plugins.canary.metrics;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricSet;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.PluginMetrics;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jenkins.metrics.api.MetricProvider;

/**
 * Figures over all rollouts of the controller, for whoever reads the Metrics plugin's registry: the Prometheus plugin, Datadog,
 * Graphite. They have no labels, so that what belongs to one rollout is not among them.
 */
@Extension(optional = true)
public final class CanaryMetricProvider extends MetricProvider {

    private static final long LOOK_SECONDS = 5;

    /** Of the open rollouts; one look at all of them for all gauges of a scrape. */
    private final Gauge<Map<Health, Long>> open = new OpenByHealth();

    private final MetricSet metrics = metrics(gauges());

    @NonNull
    @Override
    public MetricSet getMetricSet() {
        return metrics;
    }

    private Map<String, Metric> gauges() {
        Map<String, Metric> all = new LinkedHashMap<>();
        for (Health health : Health.values()) {
            add(all, "rollouts.open." + word(health), () -> open.getValue().getOrDefault(health, 0L));
        }
        for (Outcome outcome : Outcome.values()) {
            add(all, "rollouts.ended." + word(outcome), () -> counted().ended(outcome));
        }
        add(all, "gates.passed", () -> counted().gates(true));
        add(all, "gates.failed", () -> counted().gates(false));
        add(all, "ticks.decided", () -> counted().ticks());
        add(all, "ticks.late", () -> counted().lateTicks());
        add(all, "sources.unavailable", () -> counted().unavailable());
        return all;
    }

    private static void add(Map<String, Metric> all, String name, Gauge<Long> gauge) {
        all.put("canary." + name, gauge);
    }

    private static PluginMetrics counted() {
        return RolloutManager.get().metrics();
    }

    private static final class OpenByHealth extends CachedGauge<Map<Health, Long>> {
        OpenByHealth() {
            super(LOOK_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        protected Map<Health, Long> loadValue() {
            Map<Health, Long> all = new EnumMap<>(Health.class);
            for (LiveRollout rollout : RolloutManager.get().open()) {
                RolloutView view = rollout.view();
                all.merge(view == null ? unwatched(rollout) : view.headline().health(), 1L, Long::sum);
            }
            return all;
        }
    }

    /** After a restart, until it is resumed, or when it cannot be. */
    private static Health unwatched(LiveRollout rollout) {
        return rollout.problem() == null ? Health.BUSY : Health.BAD;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

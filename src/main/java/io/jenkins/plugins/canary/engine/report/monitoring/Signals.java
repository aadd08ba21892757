package io.jenkins.plugins.canary.engine.report.monitoring;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.PlanQueries;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a plan asks its Prometheus server for, in the plan's own queries: what dashboards, rules and alerts
 * are made of.
 *
 * @param left what the plan's gates look at that is not PromQL and so cannot be in any of them
 */
public record Signals(CanaryPlan plan, List<Signal> all, List<String> left) {

    /**
     * @throws MetricException when the plan's metrics do not come from Prometheus, or a query cannot be written; the
     *     message is for people
     */
    public static Signals of(CanaryPlan plan, SourceContext context) throws MetricException {
        if (!(plan.metrics().source() instanceof SourceSettings.Prometheus)) {
            throw new MetricException("the plan reads no metrics from a Prometheus server, which dashboards and rules "
                    + "ask: add metrics.prometheus");
        }
        return new Collection(plan, new PlanQueries(plan.metrics(), context)).signals();
    }

    /** The latency that deltas are made of: that of the dynamic weight, or else the highest quantile. */
    Optional<Signal> latency() {
        List<Signal> known =
                all.stream().filter(s -> s.latency() && s.stable() != null).toList();
        Optional<Signal> followed = plan.weights() == null
                ? Optional.empty()
                : known.stream()
                        .filter(s -> s.metric().quantile() == plan.weights().quantile()
                                && s.window().equals(plan.weights().window()))
                        .findFirst();
        return followed.isPresent()
                ? followed
                : known.stream().max(Comparator.comparing(s -> s.metric().quantile()));
    }

    /** The share of failed requests that deltas are made of: that of the dynamic weight, or else the first of the plan. */
    Optional<Signal> errors() {
        return List.of("error-rate", "5xx-rate").stream()
                .flatMap(name -> all.stream().filter(s -> s.metric().name().equals(name) && s.stable() != null))
                .filter(s -> plan.weights() == null
                        || s.window().equals(plan.weights().window()))
                .findFirst();
    }

    /** What the safe weight is computed by: the plan's, or the defaults where its weight is not dynamic. */
    DynamicWeight formula() {
        return plan.weights() == null
                ? new DynamicWeight(Weight.FULL, 0.5, 0.05)
                : plan.weights().formula();
    }

    /** Selects the rollouts of this plan in what the engine tells of itself. */
    String own(OwnSeries own) {
        return own.series + "{name=" + PromQlText.quote(plan.name()) + "}";
    }

    /** Selects this plan in what the recording rules record. */
    String recorded(String series) {
        return series + "{plan=" + PromQlText.quote(plan.name()) + "}";
    }

    boolean dynamic() {
        return plan.weights() != null;
    }

    /** Gathers them in the order of the plan, each once. */
    private static final class Collection {
        private final CanaryPlan plan;
        private final PlanQueries queries;
        private final Map<MetricQuery, Signal> found = new LinkedHashMap<>();
        private final List<String> left = new ArrayList<>();

        Collection(CanaryPlan plan, PlanQueries queries) {
            this.plan = plan;
            this.queries = queries;
        }

        Signals signals() throws MetricException {
            for (Phase phase : plan.phases()) {
                add(phase.gate(), "");
            }
            add(AbortRule.criteria(plan.abort()), "abort: ");
            add(plan.watch() == null ? List.of() : plan.watch().criteria(), "");
            add(plan.proven().stream().map(Checklist.Item::proof).toList(), "");
            if (plan.weights() != null) {
                for (MetricQuery q : plan.weights().queries()) {
                    if (q.track() == Track.CANARY) {
                        add(q, q.metric().name().equals("latency") ? Unit.SECONDS : Unit.RATIO);
                    }
                }
            }
            return new Signals(plan, found.values().stream().map(Signal::fixed).toList(), List.copyOf(left));
        }

        private void add(List<Criterion> criteria, String prefix) throws MetricException {
            for (Criterion c : criteria) {
                add(c, prefix);
            }
        }

        private void add(Criterion c, String prefix) throws MetricException {
            Signal signal = add(c.query(Track.CANARY), c.unit());
            if (signal != null) {
                boolean beside = c.versus() != null && !c.compares() && signal.stable() != null;
                Double above = beside ? c.versus().maxIncrease() : null;
                Double below = beside ? c.versus().maxDecrease() : null;
                Signal.Bound bound = new Signal.Bound(prefix + c.label(), c.min(), c.max(), above, below);
                if (bound.any() && !signal.bounds().contains(bound)) {
                    signal.bounds().add(bound);
                }
            }
            if (c.minRequests() > 0) {
                add(new MetricQuery(Criterion.REQUESTS, Track.CANARY, c.window()), Unit.COUNT);
            }
        }

        /** Null when it is not PromQL. */
        private Signal add(MetricQuery canary, Unit unit) throws MetricException {
            Metric metric = canary.metric();
            Optional<CustomMetric> custom = queries.custom(canary);
            if (metric.probe() != null || custom.isPresent() && custom.get().query() == null) {
                if (!left.contains(metric.label())) {
                    left.add(metric.label());
                }
                return null;
            }
            Signal known = found.get(canary);
            if (known == null) {
                String promQl = promQl(canary);
                known = new Signal(metric, unit, canary.window(), promQl, stable(canary, promQl), new ArrayList<>());
                found.put(canary, known);
            }
            return known;
        }

        /** Null when both tracks share it, or nothing selects the stable one's series: no gate compares them then. */
        private String stable(MetricQuery canary, String promQl) {
            try {
                String stable = queries.promQl(new MetricQuery(canary.metric(), Track.STABLE, canary.window()));
                return stable.equals(promQl) ? null : stable;
            } catch (IllegalArgumentException notSelected) {
                return null;
            }
        }

        private String promQl(MetricQuery query) throws MetricException {
            try {
                return queries.promQl(query);
            } catch (IllegalArgumentException e) {
                throw new MetricException(query.metric().label() + ": " + e.getMessage(), e);
            }
        }
    }
}

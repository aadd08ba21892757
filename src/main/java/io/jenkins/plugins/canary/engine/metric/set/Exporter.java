package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A set of metrics as one exporter gives them. Immutable. */
public final class Exporter {

    private final SetKind kind;
    private final String name;
    private final boolean shared;
    private final HttpNames http;
    private final Map<SetMetric, Formula> formulas = new EnumMap<>(SetMetric.class);

    private Exporter(SetKind kind, String name, boolean shared, HttpNames http) {
        this.kind = kind;
        this.name = name;
        this.shared = shared;
        this.http = http;
    }

    /** The service exports it itself, or for each version: the tracks have their own series. */
    static Exporter ofTracks(SetKind kind, String name) {
        return new Exporter(kind, name, false, null);
    }

    /** Both versions use the same thing, whose series belong to no track. */
    static Exporter shared(SetKind kind, String name) {
        return new Exporter(kind, name, true, null);
    }

    static Exporter http(String name, HttpNames names) {
        return new Exporter(SetKind.HTTP, name, false, names);
    }

    Exporter with(SetMetric metric, Formula formula) {
        formulas.put(metric, formula);
        return this;
    }

    public SetKind kind() {
        return kind;
    }

    /** Its name in plans. */
    public String name() {
        return name;
    }

    /** Whether its series belong to no track. */
    public boolean isShared() {
        return shared;
    }

    /** The names behind the built-in metrics; null unless it is about HTTP. */
    public HttpNames http() {
        return http;
    }

    public Set<SetMetric> metrics() {
        return java.util.Collections.unmodifiableSet(formulas.keySet());
    }

    /** Whether a criterion on the metric has to say which quantile; false when there is no such metric here. */
    public boolean needsQuantile(SetMetric metric) {
        return formulas.containsKey(metric) && formulas.get(metric).quantile();
    }

    /** Empty when the exporter does not give this metric. */
    Optional<Formula> formula(SetMetric metric) {
        return Optional.ofNullable(formulas.get(metric));
    }

    /** The names of all series that its metrics are computed from. */
    public Set<String> series(HttpNames names) {
        Set<String> all = new TreeSet<>();
        formulas.values().forEach(f -> series(f, names, all));
        return all;
    }

    static Expr series(Formula formula, HttpNames names, Set<String> into) {
        return formula.of()
                .over(
                        new Formula.Series() {
                            @Override
                            public Selector named(String series) {
                                into.add(series);
                                return new Selector(Track.CANARY, series, List.of());
                            }

                            @Override
                            public HttpNames http() {
                                return names;
                            }
                        },
                        formula.quantile() ? 0.5 : null);
    }
}

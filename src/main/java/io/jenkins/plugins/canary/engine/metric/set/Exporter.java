package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A set of metrics as one exporter gives them. Immutable.
 *
 * @param isShared whether both versions use the same thing, whose series belong to no track
 * @param http the names behind the built-in metrics; null unless it is about HTTP
 */
public record Exporter(SetKind kind, String name, boolean isShared, HttpNames http, Map<SetMetric, Formula> formulas) {

    /** The service exports it itself, or for each version: the tracks have their own series. */
    static Exporter ofTracks(SetKind kind, String name) {
        return new Exporter(kind, name, false, null, Map.of());
    }

    static Exporter shared(SetKind kind, String name) {
        return new Exporter(kind, name, true, null, Map.of());
    }

    static Exporter http(String name, HttpNames names) {
        return new Exporter(SetKind.HTTP, name, false, names, Map.of());
    }

    Exporter with(SetMetric metric, Formula formula) {
        Map<SetMetric, Formula> more = new EnumMap<>(SetMetric.class);
        more.putAll(formulas);
        more.put(metric, formula);
        return new Exporter(kind, name, isShared, http, Collections.unmodifiableMap(more));
    }

    public Set<SetMetric> metrics() {
        return formulas.keySet();
    }

    /** Whether a criterion on the metric has to say which quantile; false when there is no such metric here. */
    public boolean needsQuantile(SetMetric metric) {
        return formulas.containsKey(metric) && formulas.get(metric).quantile();
    }

    /** The names of all series that its metrics are computed from. */
    public Set<String> series(HttpNames names) {
        Set<String> all = new TreeSet<>();
        Formula.Series collected = new Formula.Series(
                series -> {
                    all.add(series);
                    return new Selector(Track.CANARY, series, List.of());
                },
                names);
        formulas.values().forEach(f -> f.of().over(collected, f.quantile() ? 0.5 : null));
        return all;
    }
}

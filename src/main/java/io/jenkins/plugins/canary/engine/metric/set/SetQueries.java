package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The metrics of a plan's sets in one rollout. Immutable. */
public final class SetQueries {

    /**
     * A set with its placeholders filled.
     *
     * @param labels of the set's own; a track without an entry has the plan's
     */
    public record Filled(SetChoice choice, Map<Track, List<Matcher>> labels, List<Matcher> where) {}

    private final Map<SetKind, Filled> sets = new EnumMap<>(SetKind.class);
    private final HttpNames http;
    private final Map<Track, List<Matcher>> labels;

    /** @param labels the plan's own */
    public SetQueries(List<Filled> sets, HttpNames http, Map<Track, List<Matcher>> labels) {
        sets.forEach(set -> this.sets.put(set.choice().exporter().kind(), set));
        this.http = http;
        this.labels = labels;
    }

    /** Empty when the metric is of no set that the plan uses. */
    public Optional<Expr> expr(Metric metric, Track track) {
        return find(metric)
                .map(found -> found.formula()
                        .of()
                        .over(series(found.set(), track, new LinkedHashSet<>()), metric.quantile()));
    }

    /** The series without which there is no metric: what to look for when it has no data. */
    public Optional<Selector> first(Metric metric, Track track) {
        return find(metric).map(found -> {
            Set<Selector> all = new LinkedHashSet<>();
            found.formula().of().over(series(found.set(), track, all), metric.quantile());
            return all.iterator().next();
        });
    }

    /** Whether nothing selects the track's series, although the set has tracks. */
    public boolean isBlind(Metric metric, Track track) {
        return find(metric)
                .map(f -> !f.set().choice().exporter().isShared()
                        && of(f.set(), track).isEmpty())
                .orElse(false);
    }

    private record Found(Filled set, Formula formula) {}

    private Optional<Found> find(Metric metric) {
        return SetMetric.named(metric.name())
                .flatMap(m -> Optional.ofNullable(sets.get(m.kind()))
                        .flatMap(set -> Optional.ofNullable(
                                        set.choice().exporter().formulas().get(m))
                                .map(formula -> new Found(set, formula))));
    }

    private List<Matcher> of(Filled set, Track track) {
        return set.labels().containsKey(track) ? set.labels().get(track) : labels.getOrDefault(track, List.of());
    }

    private Formula.Series series(Filled set, Track track, Set<Selector> into) {
        List<Matcher> matchers = new ArrayList<>(set.choice().exporter().isShared() ? List.of() : of(set, track));
        matchers.addAll(set.where());
        return new Formula.Series(
                name -> {
                    Selector selector = new Selector(track, name, matchers);
                    into.add(selector);
                    return selector;
                },
                http);
    }
}

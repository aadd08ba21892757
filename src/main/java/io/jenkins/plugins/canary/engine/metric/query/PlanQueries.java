package io.jenkins.plugins.canary.engine.metric.query;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.AlertQuery;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.CustomMetric;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import io.jenkins.plugins.canary.engine.metric.Slo;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.Template;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.HttpMetrics;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetQueries;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a plan's metrics mean in one rollout: the placeholders filled, the tracks' labels read. Immutable. */
public final class PlanQueries {

    private final Metrics metrics;
    private final Map<String, String> values;
    private final Map<Track, List<Matcher>> labels;
    private final HttpMetrics http;
    private final SetQueries sets;

    /** @throws MetricException when the plan's labels or its pattern of errors cannot be read */
    public PlanQueries(Metrics metrics, SourceContext context) throws MetricException {
        this.metrics = metrics;
        this.values = context.placeholders();
        this.labels = byTrack("metrics.labels.", metrics.labels());
        try {
            LinearPattern.compile(metrics.names().errors());
        } catch (IllegalArgumentException e) {
            throw new MetricException(
                    "'" + metrics.names().errors() + "', the plan's pattern of errors, is not a regular expression: "
                            + e.getMessage(),
                    e);
        }
        this.http = new HttpMetrics(metrics.names(), labels);
        List<SetQueries.Filled> filled = new ArrayList<>();
        for (SetChoice set : metrics.sets()) {
            filled.add(filled(set));
        }
        this.sets = new SetQueries(filled, metrics.names(), labels);
    }

    private SetQueries.Filled filled(SetChoice set) throws MetricException {
        String place = "metrics.sets." + set.exporter().kind().word();
        List<Matcher> where = set.where() == null ? List.of() : matchers(place + ".where", set.where(), values);
        return new SetQueries.Filled(set, byTrack(place + ".labels.", set.labels()), where);
    }

    private Map<Track, List<Matcher>> byTrack(String place, Map<Track, String> texts) throws MetricException {
        Map<Track, List<Matcher>> read = new EnumMap<>(Track.class);
        for (Map.Entry<Track, String> e : texts.entrySet()) {
            read.put(e.getKey(), matchers(place + e.getKey().word(), e.getValue(), withTrack(e.getKey())));
        }
        return Map.copyOf(read);
    }

    private static List<Matcher> matchers(String place, String text, Map<String, String> known) throws MetricException {
        try {
            return MatcherList.parse(new Template(text, known).query());
        } catch (IllegalArgumentException wrong) {
            throw new MetricException(place + ": " + wrong.getMessage(), wrong);
        }
    }

    /** @throws MetricException when the matchers cannot be read */
    public List<Matcher> matchers(AlertQuery alerts) throws MetricException {
        return matchers("alerts.match", alerts.match(), values);
    }

    /** Whether metrics and labels have only such names as every exporter can write; others are asked for in UTF-8. */
    public boolean hasPlainNames() {
        return PromQlText.isPlainMetric(metrics.names().requests())
                && PromQlText.isPlainMetric(metrics.names().duration())
                && PromQlText.isPlainLabel(metrics.names().status())
                && labels.values().stream().flatMap(List::stream).allMatch(Matcher::isPlain);
    }

    public SampleAge age() {
        return new SampleAge(metrics.maxAge());
    }

    public Reading checked(MetricQuery query, Reading reading) {
        return metrics.checked(query.metric(), reading);
    }

    /** The plan's own metric of this name; a plan's name goes before a built-in one. */
    public Optional<CustomMetric> custom(MetricQuery query) {
        return Optional.ofNullable(metrics.custom().get(query.metric().name()));
    }

    public Optional<BuiltInMetric> builtIn(MetricQuery query) {
        return custom(query).isPresent()
                ? Optional.empty()
                : BuiltInMetric.named(query.metric().name());
    }

    /**
     * How a built-in metric, or one of a ready-made set, is computed.
     *
     * @throws IllegalArgumentException for people, when there is no such metric or its quantile is wrong
     */
    public Expr expr(MetricQuery query) {
        Optional<BuiltInMetric> known = builtIn(query);
        Optional<Expr> expr = known.map(m -> http.define(m, query.metric().quantile(), query.track()));
        if (expr.isEmpty() && custom(query).isEmpty()) {
            expr = sets.expr(query.metric(), query.track());
        }
        return expr.orElseThrow(() -> new IllegalArgumentException(
                "'" + query.metric().name() + "' is neither a built-in metric nor in a set or defined in the plan"));
    }

    /** The series that a built-in metric, or one of a set, is computed from; empty for the plan's own metrics. */
    public Optional<Selector> series(MetricQuery query) {
        Optional<Selector> known = builtIn(query).map(metric -> http.series(metric, query.track()));
        return known.isPresent() || custom(query).isPresent() ? known : sets.first(query.metric(), query.track());
    }

    /**
     * The query for a Prometheus server.
     *
     * @throws IllegalArgumentException for people, when there is none
     */
    public String promQl(MetricQuery query) {
        Optional<CustomMetric> custom = custom(query);
        if (custom.isPresent()) {
            if (custom.get().slo() != null) {
                return burnRate(custom.get().slo(), query.track());
            }
            if (custom.get().query() == null) {
                throw new IllegalArgumentException(query.metric().name() + " is not a PromQL query");
            }
            return new Template(custom.get().query(), placeholders(query.track(), query.window())).query();
        }
        boolean ofSet = builtIn(query).isEmpty();
        for (Track track : Track.values()) {
            boolean needed = ofSet
                    ? track == query.track() && sets.isBlind(query.metric(), track)
                    : track == query.track()
                            || Track.VERSIONS.contains(track)
                                    && builtIn(query).equals(Optional.of(BuiltInMetric.THROUGHPUT_SHARE));
            if (needed && (ofSet || labels.getOrDefault(track, List.of()).isEmpty())) {
                throw new IllegalArgumentException(
                        "nothing selects the " + track.word() + " track's series, and a query "
                                + "over both versions says nothing about either; write metrics.labels." + track.word()
                                + ": 'version=\"...\"'");
            }
        }
        return expr(query).promQl(query.window(), query.by());
    }

    /** The lowest burn rate of all windows, and nothing when that of one is not known. */
    private String burnRate(Slo slo, Track track) {
        String lowest = null;
        for (MetricQuery ratio : slo.queries(track)) {
            String share = "(" + promQl(ratio) + "\n)";
            String bad = slo.successes() ? "(1 - " + share + ")" : share;
            String burn = "(" + bad + " / " + BigDecimal.valueOf(slo.budget()).toPlainString() + ")";
            lowest = lowest == null ? burn : "((" + lowest + " < " + burn + ") or (" + burn + " and " + lowest + "))";
        }
        return lowest;
    }

    /**
     * What stands for the placeholders of a JSON metric.
     *
     * @param at the tick; null when nothing is asked yet, and times are shown by their names
     * @param delay how far before it the asked time ends
     */
    public Map<String, String> values(MetricQuery query, Instant at, Duration delay) {
        Map<String, String> all = placeholders(query.track(), query.window());
        Instant to = at == null ? null : at.minus(delay).truncatedTo(ChronoUnit.SECONDS);
        time(all, "from", to == null ? null : to.minus(query.window()));
        time(all, "to", to);
        all.put("step", String.valueOf(Math.max(1, query.window().toSeconds())));
        all.put("stepMillis", String.valueOf(query.window().toMillis()));
        return all;
    }

    private static void time(Map<String, String> values, String name, Instant time) {
        values.put(name, time == null ? name : String.valueOf(time.getEpochSecond()));
        values.put(name + "Millis", time == null ? name : String.valueOf(time.toEpochMilli()));
        values.put(name + "Time", time == null ? name : time.toString());
    }

    public String url(String address, Track track) {
        return new Template(address, withTrack(track)).url();
    }

    private Map<String, String> placeholders(Track track, Duration window) {
        Map<String, String> all = withTrack(track);
        all.put("window", Units.write(window));
        all.put(Template.LABELS, MatcherList.print(labels.getOrDefault(track, List.of())));
        return all;
    }

    private Map<String, String> withTrack(Track track) {
        Map<String, String> all = new HashMap<>(values);
        all.put("track", track.word());
        return all;
    }
}

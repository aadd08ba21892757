package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.HttpMetrics;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import io.jenkins.plugins.canary.engine.plan.Metrics;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What a plan's metrics mean in one rollout: the placeholders filled, the tracks' labels read. Immutable. */
public final class PlanQueries {

    private final Metrics metrics;
    private final Map<String, String> values;
    private final Map<Track, List<Matcher>> labels;
    private final HttpMetrics http;

    /** @throws MetricException when the plan's labels or its pattern of errors cannot be read */
    public PlanQueries(Metrics metrics, SourceContext context) throws MetricException {
        this.metrics = metrics;
        this.values = context.placeholders();
        Map<Track, List<Matcher>> read = new EnumMap<>(Track.class);
        for (Map.Entry<Track, String> e : metrics.labels().entrySet()) {
            try {
                Map<String, String> known = withTrack(e.getKey());
                read.put(e.getKey(), MatcherList.parse(new Template(e.getValue(), known).promQl()));
            } catch (IllegalArgumentException wrong) {
                throw new MetricException("metrics.labels." + e.getKey().word() + ": " + wrong.getMessage(), wrong);
            }
        }
        this.labels = Map.copyOf(read);
        try {
            Pattern.compile(metrics.names().errors());
        } catch (PatternSyntaxException e) {
            throw new MetricException("'" + metrics.names().errors()
                    + "', the plan's pattern of errors, is not a regular expression: " + e.getDescription(), e);
        }
        this.http = new HttpMetrics(metrics.names(), labels);
    }

    /** The plan's own metric of this name; a plan's name goes before a built-in one. */
    public Optional<CustomMetric> custom(MetricQuery query) {
        return Optional.ofNullable(metrics.custom().get(query.metric().name()));
    }

    public Optional<BuiltInMetric> builtIn(MetricQuery query) {
        return custom(query).isPresent() ? Optional.empty() : BuiltInMetric.named(query.metric().name());
    }

    /**
     * How a built-in metric is computed.
     *
     * @throws IllegalArgumentException for people, when there is no such metric or its quantile is wrong
     */
    public Expr expr(MetricQuery query) {
        BuiltInMetric metric = builtIn(query).orElseThrow(() -> new IllegalArgumentException(
                "'" + query.metric().name() + "' is neither a built-in metric nor defined in the plan"));
        return http.define(metric, query.metric().quantile(), query.track());
    }

    /** The series that a built-in metric is computed from; empty for the plan's own metrics. */
    public Optional<Selector> series(MetricQuery query) {
        return builtIn(query).map(metric -> http.series(metric, query.track()));
    }

    /**
     * The query for a Prometheus server.
     *
     * @throws IllegalArgumentException for people, when there is none
     */
    public String promQl(MetricQuery query) {
        Optional<CustomMetric> custom = custom(query);
        if (custom.isPresent()) {
            if (custom.get().query() == null) {
                throw new IllegalArgumentException(query.metric().name() + " is not a PromQL query");
            }
            return new Template(custom.get().query(), placeholders(query.track(), query.window())).promQl();
        }
        for (Track track : Track.values()) {
            boolean needed = track == query.track() || builtIn(query).equals(Optional.of(BuiltInMetric.THROUGHPUT_SHARE));
            if (needed && labels.getOrDefault(track, List.of()).isEmpty()) {
                throw new IllegalArgumentException("nothing selects the " + track.word() + " track's series, and a query "
                        + "over both versions says nothing about either; write metrics.labels." + track.word()
                        + ": 'version=\"...\"'");
            }
        }
        return expr(query).promQl(query.window());
    }

    /** The address of a plan's JSON metric. */
    public String url(CustomMetric.Json json, MetricQuery query) {
        return new Template(json.url(), placeholders(query.track(), query.window())).url();
    }

    /** An address of the plan that belongs to one track. */
    public String url(String address, Track track) {
        return new Template(address, withTrack(track)).url();
    }

    private Map<String, String> placeholders(Track track, Duration window) {
        Map<String, String> all = withTrack(track);
        all.put("window", Units.print(window));
        all.put(Template.LABELS, MatcherList.print(labels.getOrDefault(track, List.of())));
        return all;
    }

    private Map<String, String> withTrack(Track track) {
        Map<String, String> all = new HashMap<>(values);
        all.put("track", track.word());
        return all;
    }
}

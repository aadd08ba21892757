package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is watched after the promotion, and for how long.
 *
 * @param length how long; zero where nothing is watched and the rollout only waits for its post checklists
 * @param track whose labels the promoted version has by then: the canary's where they name the version, the stable
 *     track's where they name a Deployment
 * @param criteria none of them compares with stable: there is nothing else to compare with
 * @param abort a rule that fires is a breach
 */
public record Watch(Duration length, Track track, List<Criterion> criteria, List<AbortRule> abort, OnBreach onBreach) {

    /** What a breach leads to. */
    public enum OnBreach {
        /** People are told. */
        ALERT,
        /** The version from before the rollout comes back. */
        ROLLBACK,
        /** People are told, and one of them decides. */
        ASK
    }

    /** Watches nothing. */
    static final Watch NOTHING = new Watch(Duration.ZERO, Track.CANARY, List.of(), List.of(), OnBreach.ALERT);

    public Watch {
        criteria = List.copyOf(criteria);
        abort = List.copyOf(abort);
    }

    /** All that a tick reads. */
    public Set<MetricQuery> queries() {
        Set<MetricQuery> all = new LinkedHashSet<>();
        criteria.forEach(c -> all.addAll(c.queries()));
        abort.stream()
                .filter(r -> r.criterion() != null)
                .forEach(r -> all.addAll(r.criterion().queries()));
        Set<MetricQuery> ofTrack = new LinkedHashSet<>();
        all.forEach(q -> ofTrack.add(ofPromoted(q)));
        return ofTrack;
    }

    /** The same question about the promoted version. */
    MetricQuery ofPromoted(MetricQuery query) {
        return query.of(track);
    }

    /** The promoted version's readings where criteria look for the canary's. */
    public Map<MetricQuery, Reading> asCanary(Map<MetricQuery, Reading> readings) {
        Map<MetricQuery, Reading> seen = new HashMap<>();
        readings.forEach((q, r) -> {
            if (q.track() == track) {
                seen.put(q.of(Track.CANARY), r);
            }
        });
        return seen;
    }
}

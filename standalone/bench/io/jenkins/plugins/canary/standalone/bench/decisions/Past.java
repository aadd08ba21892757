package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.judge.Counts;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a source remembers of stable's requests before a release. */
final class Past {

    /** Windows of a minute, of which a server saw all but a scrape interval of 15 s. */
    static final int WINDOWS = 60;

    static final double SEEN = 0.75;

    private Past() {}

    /** @param windows what was seen in each, the oldest first; fewer than {@link #WINDOWS} where little is remembered */
    static Map<MetricQuery, Reading> readings(Set<MetricQuery> asked, List<Counts> windows) {
        Map<MetricQuery, Reading> all = new HashMap<>();
        for (MetricQuery query : asked) {
            if (query.past() != null) {
                boolean requests = query.metric().equals(Criterion.REQUESTS);
                Map<String, Double> parts = new HashMap<>();
                for (int i = 0; i < windows.size(); i++) {
                    Counts seen = windows.get(i);
                    parts.put(String.valueOf(windows.size() - i), requests ? seen.total() / SEEN : seen.rate());
                }
                all.put(query, Reading.of("past", parts));
            }
        }
        return all;
    }

    /** Dice of its own, so that a release is the same whether its past is drawn or not. */
    static Dice dice(long seed) {
        return new Dice(31 * seed + 17);
    }
}

package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The evidence of each value of a criterion's label, which {@link Breakdown} judges. A value that comes later has the
 * evidence of what is counted since the phase's clock opened; one that is gone keeps what it had.
 *
 * @param at when the clock opened, milliseconds since the epoch
 * @param phases in how many phases the criterion gathers
 * @param parts at most {@link Breakdown#MOST}, {@link Breakdown#OTHERS} among them
 */
record BreakdownEvidence(long at, int phases, Map<String, Evidence> parts) implements Evidence {

    private static final BreakdownEvidence NONE = start(0, 1);

    BreakdownEvidence {
        parts = Collections.unmodifiableMap(new TreeMap<>(parts));
    }

    static BreakdownEvidence start(long at, int phases) {
        return new BreakdownEvidence(at, phases, Map.of());
    }

    /** That of a criterion with a label, also after a tick that could not be added. */
    static BreakdownEvidence of(Evidence evidence) {
        return evidence instanceof BreakdownEvidence b
                ? b
                : evidence instanceof FaultyEvidence f ? of(f.before()) : NONE;
    }

    Set<String> values() {
        return parts.keySet();
    }

    /** What a value has gathered; a value that has not been seen has nothing yet. */
    Evidence part(Criterion alone, String value) {
        Evidence known = parts.get(value);
        return known == null ? Evidence.start(alone, at, phases) : known;
    }

    @Override
    public Evidence tick(Criterion criterion, long at, Map<MetricQuery, Double> values, CountWindow counted) {
        Criterion alone = criterion.ofEachValue();
        Map<String, Map<MetricQuery, Double>> byPart = new HashMap<>();
        values.forEach((query, value) -> {
            if (criterion.by().equals(query.by())) {
                byPart.computeIfAbsent(query.part(), part -> new HashMap<>()).put(query.by(null), value);
            }
        });
        Map<String, Evidence> next = new TreeMap<>(parts);
        byPart.forEach((part, own) -> next.put(part, FaultyEvidence.next(part(alone, part), alone, at, own, counted)));
        return new BreakdownEvidence(this.at, phases, next);
    }

    @Override
    public Evidence anew() {
        Map<String, Evidence> again = new TreeMap<>();
        parts.forEach((part, evidence) -> again.put(part, evidence.anew()));
        return new BreakdownEvidence(at, phases, again);
    }

    @Override
    public Judgment judgment(Criterion criterion) {
        throw new IllegalStateException("each value of the label is judged by itself");
    }
}

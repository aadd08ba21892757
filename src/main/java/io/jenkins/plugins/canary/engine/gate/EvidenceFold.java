package io.jenkins.plugins.canary.engine.gate;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.traffic.Observation.Requests;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * The evidence of all criteria that are judged by a test, gate and abort rules alike, since the phase's clock opened.
 *
 * <p>Requests are counted by queries whose window grows with the phase, not by adding up windows of fixed length: a
 * server extrapolates each window by up to a scrape interval, which is a third of a window of a minute and would pass
 * for that many requests, but one part in a hundred of half an hour; and a tick that failed is made up for by the next.
 * The window starts anew after an hour, so that its cost is bounded and a scraping source need not remember more, after a
 * warm-up, and after a resume, since such a source then remembers nothing. What was counted is carried on.
 *
 * @param openedAt when the phase's clock opened, milliseconds since the epoch; 0 while it has not, and for plans that need none of this
 * @param lastAt the last tick since then
 * @param since from when on counting queries count, milliseconds since the epoch; 0 while no clock is open
 * @param scrapeMillis the time between two samples of a counter
 * @param router what the router had counted when the clock opened; null when it does not count
 * @param by in the order of the plan; empty for plans without such criteria
 */
public record EvidenceFold(
        long openedAt, long lastAt, long since, long scrapeMillis, Requests router, Map<Criterion, Evidence> by) {

    public static final EvidenceFold NONE = new EvidenceFold(0, 0, 0, 0, null, Map.of());

    private static final long LONGEST_MILLIS = 3_600_000;
    private static final long SHORTEST_MILLIS = 1_000;

    /**
     * The phase's clock has opened.
     *
     * @param phases in how many phases of the rollout a criterion gathers; the promise of its test is shared out among them
     */
    public static EvidenceFold open(
            long at,
            Collection<Criterion> criteria,
            Duration scrapeInterval,
            Requests router,
            ToIntFunction<Criterion> phases) {
        if (criteria.stream().noneMatch(c -> c.gathers() || !c.warmUp().isZero())) {
            return NONE;
        }
        Map<Criterion, Evidence> by = new LinkedHashMap<>();
        criteria.stream()
                .filter(Criterion::gathers)
                .forEach(c -> by.put(c, Evidence.start(c, at, phases.applyAsInt(c))));
        return new EvidenceFold(at, at, at, scrapeInterval.toMillis(), router, by);
    }

    /** Whether it is not judged yet; before the clock opens nothing with a warm-up is. */
    boolean isWarmingUp(Criterion criterion) {
        long warm = criterion.warmUp().toMillis();
        return warm > 0 && (openedAt == 0 || lastAt - openedAt < warm);
    }

    /** The window of the counting queries of a tick, in whole seconds; null when nothing is to be counted. */
    public Duration window(long now) {
        long millis = (now - since) / SHORTEST_MILLIS * SHORTEST_MILLIS;
        return millis > 0 && by.keySet().stream().anyMatch(Criterion::counts) ? Duration.ofMillis(millis) : null;
    }

    /**
     * What must be read beyond what the plan says: pods one by one, and counts.
     *
     * @param at when, milliseconds since the epoch
     * @param window of the counting queries; null for none
     */
    public Set<MetricQuery> queries(long at, Duration window) {
        Set<MetricQuery> all = new LinkedHashSet<>();
        by.forEach((c, e) -> all.addAll(e.asks(c, at)));
        if (window != null) {
            by.keySet().stream().filter(Criterion::counts).forEach(c -> all.addAll(c.countingQueries(window)));
        }
        return all;
    }

    /**
     * Folds one tick.
     *
     * @param values what was read, without what could not be
     * @param counted the window of the counting queries that were sent; null when there were none
     * @param seen what the router has counted; null when it does not count or did not answer
     */
    public EvidenceFold tick(long at, Map<MetricQuery, Double> values, Duration counted, Requests seen) {
        // Sent before the clock opened, and answered after: those requests are not all of this phase.
        CountWindow ours = counted == null || counted.toMillis() > at - since
                ? null
                : new CountWindow(counted, scrapeMillis, since(seen));
        EvidenceFold next = each(at, (c, e) -> Evidence.FaultyEvidence.next(e, c, at, values, ours));
        boolean old = ours != null && ours.length().toMillis() >= LONGEST_MILLIS;
        return old || by.keySet().stream().anyMatch(c -> warmedUp(c, at)) ? next.anew(at) : next;
    }

    /** Whether what a criterion has to do with begins at this tick. */
    private boolean warmedUp(Criterion criterion, long at) {
        long from = openedAt + criterion.after().toMillis();
        return lastAt < from && from <= at;
    }

    private Requests since(Requests seen) {
        boolean counts =
                seen != null && router != null && seen.canary() >= router.canary() && seen.stable() >= router.stable();
        return counts ? new Requests(seen.canary() - router.canary(), seen.stable() - router.stable()) : null;
    }

    /** From here on requests are counted afresh, and added to what there is. */
    public EvidenceFold anew(long at) {
        return openedAt == 0
                ? this
                : new EvidenceFold(openedAt, lastAt, at, scrapeMillis, router, each(lastAt, (c, e) -> e.anew()).by);
    }

    /** Whether a label tells pods apart, and nothing is judged by each of its values. */
    boolean isOfPods(String label) {
        return by.keySet().stream()
                        .anyMatch(c ->
                                c.tellsPodsApart() && label.equals(c.versus().pods()))
                && by.keySet().stream().noneMatch(c -> label.equals(c.by()));
    }

    /** The values of a label that have been looked at by themselves. */
    Set<String> values(String label) {
        Set<String> all = new TreeSet<>();
        by.forEach((c, e) -> {
            if (label.equals(c.by())) {
                all.addAll(BreakdownEvidence.of(e).values());
            }
        });
        return all;
    }

    /** What one value of a criterion's label has gathered, for the criterion of that value alone. */
    EvidenceFold part(Criterion criterion, String value, Criterion alone) {
        Map<Criterion, Evidence> own = by.containsKey(criterion)
                ? Map.of(alone, BreakdownEvidence.of(by.get(criterion)).part(alone, value))
                : Map.of();
        return new EvidenceFold(openedAt, lastAt, since, scrapeMillis, router, own);
    }

    public Evidence of(Criterion criterion) {
        return by.getOrDefault(criterion, Evidence.start(criterion, since, 1));
    }

    private EvidenceFold each(long at, BiFunction<Criterion, Evidence, Evidence> step) {
        if (openedAt == 0) {
            return this;
        }
        Map<Criterion, Evidence> next = new LinkedHashMap<>();
        by.forEach((c, e) -> next.put(c, step.apply(c, e)));
        return new EvidenceFold(openedAt, at, since, scrapeMillis, router, next);
    }
}

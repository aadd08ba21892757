package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.List;

/**
 * What a router was seen to do at one moment.
 *
 * @param settled whether the router has finished applying what it was last asked for: no new request goes elsewhere
 *     than the weight says; requests under way may still be draining, which the detail tells
 * @param promoted whether the version under trial has become the stable one
 * @param requests cumulative requests by track where the router counts them, else null
 * @param detail one line for people: what the router reports of itself, or ""
 * @param warnings things a person should know (cookie affinity skews the split, ...), never null
 * @param successor who has had the target since this rollout let go of it, in words; null when nobody has
 * @param health whether the canary can serve what it gets; null where that is not known, and while the canary gets nothing
 * @param extra what the canary was seen to get beside the weight, never null
 * @param baseline what the baseline was seen to get; null where there is none
 */
public record Observation(
        Weight weight,
        boolean settled,
        boolean promoted,
        Requests requests,
        String detail,
        List<String> warnings,
        String successor,
        CanaryHealth health,
        ExtraTraffic extra,
        Baseline baseline) {

    /** The most requests that a router can have counted: sums of such counts do not overflow, and are exact as doubles. */
    public static final long MOST_REQUESTS = 1L << 50;

    /** Cumulative since the router (re)started; a smaller number than before means that it restarted. */
    public record Requests(long canary, long stable) {
        public long total() {
            return canary + stable;
        }
    }

    public Observation {
        detail = detail == null ? "" : PlainText.line(detail);
        warnings = warnings == null
                ? List.of()
                : warnings.stream().map(PlainText::line).toList();
        successor = PlainText.line(successor);
        extra = extra == null ? ExtraTraffic.NONE : extra;
    }

    /** Of a router whose target nobody else has. */
    public Observation(
            Weight weight, boolean settled, boolean promoted, Requests requests, String detail, List<String> warnings) {
        this(weight, settled, promoted, requests, detail, warnings, null, null, ExtraTraffic.NONE, null);
    }

    /** A router that simply applies weights. */
    public static Observation of(Weight weight) {
        return of(weight, true, "", List.of());
    }

    /** A router that counts no requests, before the promotion. */
    public static Observation of(Weight weight, boolean settled, String detail, List<String> warnings) {
        return new Observation(weight, settled, false, null, detail, warnings);
    }

    public Observation withRequests(long canary, long stable) {
        return new Observation(
                weight,
                settled,
                promoted,
                new Requests(canary, stable),
                detail,
                warnings,
                successor,
                health,
                extra,
                baseline);
    }

    public Observation asPromoted(boolean nowPromoted) {
        return new Observation(
                weight, settled, nowPromoted, requests, detail, warnings, successor, health, extra, baseline);
    }

    /** The weight is so, but not all that belongs to it. */
    public Observation unsettled(String why) {
        return new Observation(weight, false, promoted, requests, why, warnings, successor, health, extra, baseline);
    }

    public Observation withDetail(String says) {
        return new Observation(weight, settled, promoted, requests, says, warnings, successor, health, extra, baseline);
    }

    public Observation withWarnings(List<String> others) {
        return new Observation(weight, settled, promoted, requests, detail, others, successor, health, extra, baseline);
    }

    public Observation withSuccessor(String who) {
        return new Observation(weight, settled, promoted, requests, detail, warnings, who, health, extra, baseline);
    }

    public Observation withHealth(CanaryHealth seen) {
        return new Observation(weight, settled, promoted, requests, detail, warnings, successor, seen, extra, baseline);
    }

    public Observation withExtra(ExtraTraffic seen) {
        return new Observation(
                weight, settled, promoted, requests, detail, warnings, successor, health, seen, baseline);
    }

    public Observation withBaseline(Baseline seen) {
        return new Observation(weight, settled, promoted, requests, detail, warnings, successor, health, extra, seen);
    }

    /** Whether the canary gets nothing at all, as far as was seen: no share, no cohort, no copies. */
    public boolean isClear() {
        return weight.isZero() && extra.isNone();
    }
}

package io.jenkins.plugins.canary.engine.traffic;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.jenkins.plugins.canary.engine.Weight;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the canary gets beside its weight: the requests of a cohort, which it answers, and copies of stable's requests,
 * whose answers are thrown away.
 *
 * @param match the cohort: a request that fits one of them goes to the canary; in a fixed order
 * @param mirror the share of requests that are copied to the canary
 */
public record ExtraTraffic(List<RequestMatch> match, Weight mirror) {

    private static final Comparator<RequestMatch> ORDER = Comparator.comparing(RequestMatch::kind)
            .thenComparing(RequestMatch::name)
            .thenComparing(RequestMatch::value);

    public static final ExtraTraffic NONE = new ExtraTraffic(List.of(), Weight.ZERO);

    public ExtraTraffic {
        match = match.stream().sorted(ORDER).distinct().toList();
    }

    /** Whether the canary gets nothing but its weight. */
    @JsonIgnore
    public boolean isNone() {
        return match.isEmpty() && mirror.isZero();
    }

    /** @throws RouterException permanent, unless it is nothing: of a router that can only set weights */
    public void requireNone() throws RouterException {
        if (!isNone()) {
            throw RouterException.permanent(
                    "this router can only set weights, and not send " + beside(Weight.ZERO) + " to the canary");
        }
    }

    /** The same cohort with another mirrored share. */
    public ExtraTraffic mirroring(Weight share) {
        return new ExtraTraffic(match, share);
    }

    /** The cohort as people read it: {@code header X-Canary=always or cookie canary=always}; "" when there is none. */
    public String cohort() {
        return match.stream().map(RequestMatch::toString).collect(Collectors.joining(" or "));
    }

    /** The same in short: {@code 5%}, {@code mirror 10%} or {@code header X-Canary=always}. */
    public String label(Weight weight) {
        if (!weight.isZero() || isNone()) {
            return weight.toString();
        }
        return mirror.isZero() ? cohort() : "mirror " + mirror;
    }

    /** The same after a phase's name: {@code at 5%}, {@code with mirror 10%} or {@code for header X-Canary=always}. */
    public String at(Weight weight) {
        String word = !weight.isZero() || isNone() ? "at " : mirror.isZero() ? "for " : "with ";
        return word + label(weight);
    }

    /**
     * What a canary gets that has this beside a weight: {@code 5% of the requests and requests with header X-Canary=always}.
     */
    public String beside(Weight weight) {
        List<String> parts = new ArrayList<>();
        if (!weight.isZero() || isNone()) {
            parts.add(weight + " of the requests");
        }
        if (!match.isEmpty()) {
            parts.add("requests with " + cohort());
        }
        if (!mirror.isZero()) {
            parts.add("copies of " + mirror + " of the requests");
        }
        return String.join(" and ", parts);
    }
}

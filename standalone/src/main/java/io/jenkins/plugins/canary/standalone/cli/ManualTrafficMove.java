package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a person wants of the router.
 *
 * @param weight for a shift, else null
 * @param version for a promotion, else null
 */
record ManualTrafficMove(Kind kind, Weight weight, String version) {

    enum Kind {
        OBSERVE,
        SHIFT,
        PROMOTE,
        ROLLBACK
    }

    static ManualTrafficMove parse(String verb, String value, CanaryPlan plan) throws Failure {
        Kind kind = Arrays.stream(Kind.values())
                .filter(k -> k.name().equals(verb.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        Exit.USAGE,
                        "there is no '" + verb + "'; there are "
                                + Arrays.stream(Kind.values())
                                        .map(k -> k.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
        boolean wants = kind == Kind.SHIFT || kind == Kind.PROMOTE;
        if (wants != (value != null)) {
            throw new Failure(
                    Exit.USAGE,
                    switch (kind) {
                        case SHIFT -> "the weight is missing: write canary traffic PLAN shift 10";
                        case PROMOTE -> "the version is missing: write canary traffic PLAN promote VERSION";
                        default -> verb + " takes no value: leave out '" + value + "'";
                    });
        }
        Weight weight = kind == Kind.SHIFT ? weight(value) : null;
        String refusal = weight == null ? null : plan.traffic().refusal(weight);
        if (refusal != null) {
            throw new Failure(Exit.USAGE, refusal);
        }
        return new ManualTrafficMove(kind, weight, kind == Kind.PROMOTE ? value : null);
    }

    private static Weight weight(String text) throws Failure {
        OptionalDouble percent = Units.number(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
        if (percent.isEmpty()
                || percent.getAsDouble() < 0
                || percent.getAsDouble() > 100
                || Math.abs(percent.getAsDouble() * 10 - Math.rint(percent.getAsDouble() * 10)) > 1e-9) {
            throw new Failure(
                    Exit.USAGE,
                    "'" + text + "' is not a weight: write the percentage of requests, 0 to 100, such as 5 or 12.5");
        }
        return Weight.ofPercent(percent.getAsDouble());
    }

    Duration patience(CanaryPlan plan) {
        return kind == Kind.PROMOTE
                ? plan.timing().progressDeadline()
                : plan.timing().shiftTimeout();
    }

    /** Whether that is what was wanted. */
    boolean isDone(Observation seen) {
        return seen.settled()
                && switch (kind) {
                    case OBSERVE -> true;
                    case SHIFT -> seen.weight().equals(weight);
                    case PROMOTE -> seen.promoted();
                    case ROLLBACK -> seen.weight().isZero();
                };
    }

    /** The next step towards it. */
    void ask(TrafficRouter router, String of) throws RouterException {
        switch (kind) {
            case OBSERVE -> {}
            case SHIFT -> router.shift(weight);
            case PROMOTE -> router.promote(of);
            case ROLLBACK -> router.rollBack();
        }
    }

    String intention() {
        return switch (kind) {
            case OBSERVE -> "looking";
            case SHIFT -> "shift to " + weight;
            case PROMOTE -> "promote " + version;
            case ROLLBACK -> "roll back";
        };
    }

    String done(Observation seen) {
        return switch (kind) {
            case OBSERVE, SHIFT -> "the canary has " + seen.weight() + " of the requests";
            case PROMOTE -> version + " is the stable version";
            case ROLLBACK -> "rolled back: the canary has 0% of the requests";
        };
    }
}

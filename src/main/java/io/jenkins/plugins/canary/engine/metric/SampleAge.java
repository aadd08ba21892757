package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;

/**
 * Whether a sample is of now. What a source measured long ago says nothing of the canary, and what it claims to have
 * measured in the future cannot be.
 */
public record SampleAge(Duration most) {

    /** Clocks of two machines may differ by this much. */
    public static final Duration AHEAD = Duration.ofSeconds(30);

    /** @return the reading, or NO_DATA with the sample's age */
    public Reading check(Reading reading, Instant sampled, Instant at) {
        if (!reading.ok()) {
            return reading;
        }
        Duration age = Duration.between(sampled, at);
        if (age.compareTo(most) > 0) {
            return Reading.noData("the newest sample is " + print(age) + " old, and " + Units.print(most)
                    + " is the most that metrics.maxAge allows");
        }
        return age.negated().compareTo(AHEAD) > 0
                ? Reading.noData("the sample is from " + print(age.negated())
                        + " in the future: check the clocks of the source and of this machine")
                : reading;
    }

    private static String print(Duration age) {
        return Units.print(Duration.ofSeconds(age.toSeconds()));
    }
}

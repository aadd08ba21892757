package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Units;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * A known incident, and whether a backtest stopped a rollout in it.
 *
 * @param recorded whether anything was recorded in its time; an incident without data can be neither caught nor missed
 * @param stops how many rollouts were stopped in it
 * @param first the first that was; null for none
 */
public record KnownIncident(Incident incident, boolean recorded, int stops, SimulatedRollout first) {

    public boolean caught() {
        return first != null;
    }

    public boolean missed() {
        return recorded && !caught();
    }

    /** From its beginning to the first stop; negative when the stop came before. Null when it was not caught. */
    public Duration delay() {
        return caught() ? Duration.ofMillis(first.ended() - incident.from()) : null;
    }

    /** What became of it, for people. */
    public String says() {
        if (!caught()) {
            return recorded ? "missed" : "nothing was recorded, so it does not count";
        }
        String when = delay().isNegative()
                ? Units.print(delay().negated()) + " before its beginning"
                : "after " + Units.print(delay());
        return "caught " + when + " by " + first.stop().cause();
    }

    String line() {
        return incident.name() + ", " + Instant.ofEpochMilli(incident.from()) + " to "
                + Instant.ofEpochMilli(incident.to()) + ": " + says();
    }

    LinkedHashMap<String, Object> plain() {
        LinkedHashMap<String, Object> plain = new LinkedHashMap<>();
        plain.put("name", incident.name());
        plain.put("from", Instant.ofEpochMilli(incident.from()).toString());
        plain.put("to", Instant.ofEpochMilli(incident.to()).toString());
        plain.put("recorded", recorded);
        plain.put("caught", caught());
        plain.put("stops", stops);
        plain.put("firstStop", caught() ? Instant.ofEpochMilli(first.ended()).toString() : null);
        plain.put("delaySeconds", caught() ? delay().toSeconds() : null);
        plain.put("cause", caught() ? first.stop().cause() : null);
        return plain;
    }
}

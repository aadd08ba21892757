package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import java.util.Set;

/**
 * One life of the process that rolls out, so that a target's Lease tells a controller that was started again from a second
 * copy of it: a restored backup knows the same rollouts by the same ids.
 *
 * @param current random, new at every start; "" for a process that has no copies, since its journal is locked
 * @param stopped earlier ones that let go in an orderly way: what they still hold may be taken over at once. What a crash
 *     left has to run out first, for nobody can tell a crashed process from a live copy
 */
public record Incarnation(String current, Set<String> stopped) {

    public static final Incarnation ONLY = new Incarnation("", Set.of());

    public Incarnation {
        stopped = Set.copyOf(stopped);
    }

    /** @param other as found on a Lease; null or "" where nobody wrote one down */
    public boolean succeeds(String other) {
        return current.isEmpty()
                || other == null
                || other.isEmpty()
                || other.equals(current)
                || stopped.contains(other);
    }
}

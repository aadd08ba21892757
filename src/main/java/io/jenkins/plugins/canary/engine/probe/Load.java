package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import java.util.Set;

/**
 * A steady load for the length of a phase, so that a quiet service yields enough to judge.
 *
 * @param rps requests begun a second, on each track
 * @param tracks who gets it
 */
public record Load(double rps, String path, Set<Track> tracks) {
    public Load {
        tracks = Set.copyOf(tracks);
    }
}

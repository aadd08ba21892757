package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/** Which of the running pods a request, a reading or an endpoint belongs to. */
public enum Track {
    /** The new version, on trial. */
    CANARY,
    /** The version that served before the rollout began. */
    STABLE,
    /** Pods of the stable version that a rollout makes, as young and as many as the canary's. */
    BASELINE;

    /** The two versions, one of which is on trial. */
    public static final List<Track> VERSIONS = List.of(CANARY, STABLE);

    /** The word used in plans, journals and queries. */
    @JsonValue
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

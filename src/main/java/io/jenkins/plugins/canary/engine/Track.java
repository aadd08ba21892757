package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which of the two running versions a request, a reading or an endpoint belongs to. */
public enum Track {
    /** The new version, on trial. */
    CANARY,
    /** The version that served before the rollout began. */
    STABLE;

    /** The word used in plans, journals and queries. */
    @JsonValue
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

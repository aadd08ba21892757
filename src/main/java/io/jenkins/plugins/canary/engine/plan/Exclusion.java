package io.jenkins.plugins.canary.engine.plan;

/** Whose agreement does not count, however well they are named: {@code approval.notBy}. */
public enum Exclusion {
    /** Whoever started the build, or the command. */
    STARTER,
    /** The authors of what changed since the version before. */
    COMMITTERS
}

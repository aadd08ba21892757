package io.jenkins.plugins.canary.engine.traffic;

/** Why a rollout lets go of its target. */
public enum Release {

    /** Others may have it, and the rollout may still come back: it was promoted and is watched, or was not begun. */
    HANDED_OVER,

    /** The rollout has ended, and nothing was left behind that somebody has to take care of. */
    ENDED,

    /** The rollout has ended, and the canary may still get requests. */
    LEFT_BEHIND
}

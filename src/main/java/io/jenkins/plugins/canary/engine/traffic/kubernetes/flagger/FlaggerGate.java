package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;

/**
 * What Flagger may do, decided from what is in the cluster alone: the record on the Deployment says what the rollout
 * wants. So any process with the cluster at hand gives the same answer, also after a crash.
 */
record FlaggerGate(FlaggerState state) {

    /** The webhooks that Flagger asks, by the names of their types. */
    enum Hook {
        CONFIRM_ROLLOUT("confirm-rollout"),
        CONFIRM_TRAFFIC_INCREASE("confirm-traffic-increase"),
        CONFIRM_PROMOTION("confirm-promotion"),
        ROLLBACK("rollback");

        private final String type;

        Hook(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }

        /** Null when there is no such hook. */
        static Hook named(String type) {
            for (Hook hook : values()) {
                if (hook.type.equals(type)) {
                    return hook;
                }
            }
            return null;
        }
    }

    /** Null when Flagger may; else why it may not, for people. */
    String refusal(Hook hook) {
        if (state.takingBack()) {
            return hook == Hook.ROLLBACK ? "the version before is on its way back" : null;
        }
        if (hook == Hook.ROLLBACK) {
            return rollback() ? null : "nobody asked for a rollback";
        }
        if (hook == Hook.CONFIRM_ROLLOUT && rollback()) {
            return null; // only a release that has begun can be rolled back
        }
        if (!state.trying()) {
            return "no rollout of " + state.template().image() + " is under way here";
        }
        Trial trial = state.template().trial();
        if (trial.wanted().isZero()) {
            return "the rollout of " + trial.version() + " is being taken back";
        }
        return switch (hook) {
            case CONFIRM_TRAFFIC_INCREASE -> {
                int next = state.steps().after(state.weight());
                boolean up = next > state.weight();
                yield up && next * 10 > trial.wanted().tenths()
                        ? "the phase has " + trial.wanted() + ", and " + next + "% is more"
                        : null;
            }
            case CONFIRM_PROMOTION ->
                trial.stage() == Trial.Stage.PROMOTING ? null : "the rollout has not come to its promotion";
            default -> null;
        };
    }

    /** Asked for, or of a version that somebody put back while Flagger was at it. */
    private boolean rollback() {
        return state.trying() && state.template().trial().wanted().isZero()
                || state.template().restored() && !state.promoted();
    }
}

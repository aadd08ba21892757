package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.rollout.Status;

/** A rollout's status for people, in their language. */
public final class StatusWords {

    private StatusWords() {}

    /** @param status the name of a {@link Status}, as build records keep it */
    public static String of(String status) {
        return switch (Status.valueOf(status)) {
            case STARTING -> Messages.Status_starting();
            case SHIFTING -> Messages.Status_shifting();
            case WATCHING -> Messages.Status_watching();
            case ON_HOLD -> Messages.Status_onHold();
            case AWAITING_APPROVAL -> Messages.Status_awaitingApproval();
            case CAPPED -> Messages.Status_capped();
            case AWAITING_CHECKLIST -> Messages.Status_awaitingChecklist();
            case PASSED -> Messages.Status_passed();
            case GATE_FAILED -> Messages.Status_gateFailed();
            case PROMOTING -> Messages.Status_promoting();
            case ROLLING_BACK -> Messages.Status_rollingBack();
            case ON_WATCH -> Messages.Status_onWatch();
            case PROMOTED -> Messages.Status_promoted();
            case ROLLED_BACK -> Messages.Status_rolledBack();
            case HELD -> Messages.Status_held();
            case FAILED -> Messages.Status_failed();
        };
    }

    public static String icon(String status) {
        return switch (Status.valueOf(status)) {
            case PROMOTED, ON_WATCH -> "symbol-status-blue";
            case ROLLED_BACK, FAILED, GATE_FAILED -> "symbol-status-red";
            case ROLLING_BACK -> "symbol-status-red-anime";
            case HELD -> "symbol-status-aborted";
            case ON_HOLD, AWAITING_APPROVAL, CAPPED, AWAITING_CHECKLIST -> "symbol-status-yellow-anime";
            case STARTING, SHIFTING, WATCHING, PASSED, PROMOTING -> "symbol-status-blue-anime";
        };
    }
}

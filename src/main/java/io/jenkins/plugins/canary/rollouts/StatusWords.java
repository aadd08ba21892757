package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.MessageCatalog;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import org.jvnet.localizer.LocaleProvider;

/** A rollout's status, and what the engine says of it, for people in their language. */
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
            case AWAITING_WINDOW -> Messages.Status_awaitingWindow();
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

    /** What the engine says, in the language of whoever asks for the page; null for null. */
    public static String translated(String english) {
        return MessageCatalog.of(LocaleProvider.getLocale()).translate(english);
    }

    /** The icon that Jenkins shows for builds that do as well; it moves while the rollout is open. */
    public static String icon(Health health, boolean open) {
        return "symbol-status-"
                + switch (health) {
                    case GOOD -> "blue";
                    case BUSY -> "nobuilt";
                    case WAITING -> "yellow";
                    case BAD -> "red";
                }
                + (open ? "-anime" : "");
    }

    /** The class of Jenkins' for its colour; empty for the text's own. */
    static String colour(Health health) {
        return switch (health) {
            case GOOD -> "jenkins-!-success-color";
            case BUSY -> "";
            case WAITING -> "jenkins-!-warning-color";
            case BAD -> "jenkins-!-error-color";
        };
    }

    /** @param outcome null for a rollout that is open and not under way: nobody knows how it does */
    static Health health(Outcome outcome) {
        if (outcome == null) {
            return Health.BUSY;
        }
        return switch (outcome) {
            case PROMOTED -> Health.GOOD;
            case HELD -> Health.WAITING;
            case ROLLED_BACK, FAILED -> Health.BAD;
        };
    }
}

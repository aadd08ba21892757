package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.PlainText;

/**
 * What the source says and the plan does not.
 *
 * @param place file and line, object, and path in it
 * @param remedy what to do instead; "" when the reason says it
 * @param changesVerdict whether a release may end otherwise than it did
 */
public record NotCarried(String place, String reason, String remedy, boolean changesVerdict) {

    public NotCarried {
        place = PlainText.line(place);
        reason = PlainText.line(reason);
        remedy = PlainText.line(remedy);
    }

    @Override
    public String toString() {
        return place + ": " + reason + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}

package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.plan.Topic;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import jenkins.security.HMACConfidentialKey;

/**
 * Leads from a notification to the gate page's own question whether one phase is approved. Opening it changes nothing: chats
 * open links to preview them. It is signed with a key of the controller, so that only a link that was sent, and is not old,
 * opens that question.
 */
final class DecisionLink {

    private static final HMACConfidentialKey KEY = new HMACConfidentialKey(DecisionLink.class, "decisions");
    private static final Duration VALID = Duration.ofDays(7);

    private DecisionLink() {}

    /** @param now milliseconds since the epoch */
    static String to(String page, String rollout, String phase, long now) {
        long until = now + VALID.toMillis();
        return page + "?decide=" + URLEncoder.encode(phase, StandardCharsets.UTF_8) + "&until=" + until + "&sign="
                + KEY.mac(text(rollout, phase, String.valueOf(until)));
    }

    /** Whether the parameters of a request are those of a link that was sent, and is not old. */
    static boolean isValid(String rollout, String phase, String until, String sign, long now) {
        return until != null
                && sign != null
                && until.matches("\\d{1,18}")
                && now <= Long.parseLong(until)
                && KEY.checkMac(text(rollout, phase, until), sign);
    }

    private static String text(String rollout, String phase, String until) {
        return String.join("\n", rollout, Topic.WAITING.word(), phase, until);
    }
}

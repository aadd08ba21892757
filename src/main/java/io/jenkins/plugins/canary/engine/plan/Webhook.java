package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Secrets;
import java.util.Locale;
import java.util.Set;

/**
 * Somebody who is told of a rollout's events over HTTP.
 *
 * @param url refers to the address, which is a secret: whoever knows it can post there; null for PagerDuty's usual one
 * @param key refers to the key that signs {@link Format#JSON}, or to PagerDuty's routing key; null for neither
 * @param events what is told; never empty
 */
public record Webhook(Format to, Secrets.Ref url, Secrets.Ref key, Set<Topic> events) {

    /** What the other side understands. */
    public enum Format {
        /** Our own JSON, signed. */
        JSON,
        /** A Slack incoming webhook. */
        SLACK,
        /** A Microsoft Teams workflow that takes webhook requests. */
        TEAMS,
        /** PagerDuty's Events API v2. */
        PAGERDUTY;

        /** As in plans: {@code slack}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Webhook {
        events = Set.copyOf(events);
    }

    /** What names it where its address must not be told. */
    public Secrets.Ref reference() {
        return url == null ? key : url;
    }
}

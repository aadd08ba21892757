package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.Secrets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Somebody who is told of a rollout's events.
 *
 * @param url refers to the address, which is a secret: whoever knows it can post there; null for PagerDuty's usual one, and
 *     for mail
 * @param key refers to the key that signs {@link Format#JSON}, or to PagerDuty's routing key; null for neither
 * @param environment where the service runs, for {@link Format#CDEVENTS}; null for others
 * @param recipients addresses of {@link Format#MAIL}; empty for others
 * @param events what is told; never empty
 */
public record Receiver(
        Format to, Secrets.Ref url, Secrets.Ref key, String environment, List<String> recipients, Set<Topic> events) {

    /** One mail address: nothing in it can be taken for a second one, or for another header. */
    public static final Pattern MAIL_ADDRESS =
            Pattern.compile("[A-Za-z0-9._%+'/=-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");

    /** What the other side understands. */
    public enum Format {
        /** Our own JSON, signed. */
        JSON,
        /** A Slack incoming webhook. */
        SLACK,
        /** A Microsoft Teams workflow that takes webhook requests. */
        TEAMS,
        /** PagerDuty's Events API v2. */
        PAGERDUTY,
        /** CDEvents, as CloudEvents over HTTP. */
        CDEVENTS,
        /** A mail, which only Jenkins sends. */
        MAIL;

        /** As in plans: {@code slack}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Receiver {
        recipients = List.copyOf(recipients);
        events = Set.copyOf(events);
    }

    /** One over HTTP. */
    public Receiver(Format to, Secrets.Ref url, Secrets.Ref key, Set<Topic> events) {
        this(to, url, key, null, List.of(), events);
    }

    /** What names it where its address must not be told. */
    public String shown() {
        Secrets.Ref named = url == null ? key : url;
        return named == null ? String.join(", ", recipients) : named.shown();
    }
}

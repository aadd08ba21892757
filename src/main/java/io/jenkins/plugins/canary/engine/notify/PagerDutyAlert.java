package io.jenkins.plugins.canary.engine.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/**
 * A rollout's alert in PagerDuty (Events API v2): triggered by what is bad, resolved when the rollout goes on or has ended. It is
 * one alert a rollout, by its {@code dedup_key}. Called under the rollout's lock.
 */
final class PagerDutyAlert {

    /** Where PagerDuty takes events, unless an account is in another of its regions. */
    static final String URL = "https://events.pagerduty.com/v2/enqueue";

    /** Events after which nothing is wrong any more, beside the rollout's end. */
    static final Set<String> OVER = Set.of(
            "shiftApplied", "gatePassed", "trafficShareMatches", "watchStarted", "watchRecovered", "breachAccepted");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_SUMMARY = 1_024;

    private final Set<Topic> triggers;
    /** Whether an alert may be open: a process that resumed a rollout does not know. */
    private boolean open = true;

    /** @param triggers what opens an alert, where it is bad */
    PagerDutyAlert(Set<Topic> triggers) {
        this.triggers = triggers;
    }

    /** Whether PagerDuty is told. */
    boolean takes(Notice n) {
        if (triggers(n)) {
            boolean wanted = triggers.contains(n.topic());
            if (wanted) {
                open = true;
            }
            return wanted;
        }
        boolean resolves = n.topic() == Topic.ENDED || open && OVER.contains(n.kind());
        if (resolves) {
            open = false;
        }
        return resolves;
    }

    private static boolean triggers(Notice n) {
        return n.tone() == Tone.BAD && n.topic() != Topic.ENDED;
    }

    /** @param key PagerDuty's routing key */
    static ObjectNode body(String key, Notice n, long leftOut) {
        ObjectNode body = JSON.createObjectNode()
                .put("routing_key", key)
                .put("event_action", triggers(n) ? "trigger" : "resolve")
                .put("dedup_key", "canary-release/" + n.rollout().id());
        if (!triggers(n)) {
            return body;
        }
        String page = n.rollout().page();
        body.put("client", "Canary Release");
        if (page != null) {
            body.put("client_url", page)
                    .putArray("links")
                    .addObject()
                    .put("href", page)
                    .put("text", Payload.button(n));
        }
        ObjectNode payload = body.putObject("payload")
                .put("summary", Payload.cut(n.rollout().subject() + ": " + n.text(), LONGEST_SUMMARY))
                .put(
                        "source",
                        n.rollout().owner() == null
                                ? n.rollout().id()
                                : n.rollout().owner())
                .put("severity", severity(n.topic()))
                .put("timestamp", Instant.ofEpochMilli(n.at()).toString())
                .put("component", n.rollout().name())
                .put("class", n.kind());
        ObjectNode details = payload.putObject("custom_details")
                .put("rollout", n.rollout().id())
                .put("version", n.rollout().version())
                .put("status", n.standing().status().name().toLowerCase(Locale.ROOT))
                .put("phase", n.standing().phase())
                .put("weight", n.standing().weight().toString())
                .put("by", n.by());
        if (leftOut > 0) {
            details.put("left_out", leftOut);
        }
        return body;
    }

    /** A rollback and a breach after the promotion mean that users had a bad version. */
    private static String severity(Topic topic) {
        return topic == Topic.ROLLBACK || topic == Topic.WATCH ? "critical" : "error";
    }
}

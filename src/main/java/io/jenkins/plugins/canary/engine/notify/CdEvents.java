package io.jenkins.plugins.canary.engine.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.rollout.Status;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A rollout in the events of CDEvents 0.5.1 (cdevents.dev), each a CloudEvent in structured mode: the rollout as a task run of
 * its build, and the service that is upgraded or rolled back. Events for which the specification has no type are not told.
 */
final class CdEvents {

    /** Content type of CloudEvents' structured mode. */
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";

    private static final String SPEC = "0.5.1";
    private static final String TASK_STARTED = "dev.cdevents.taskrun.started.0.3.0";
    private static final String TASK_FINISHED = "dev.cdevents.taskrun.finished.0.3.0";
    private static final String UPGRADED = "dev.cdevents.service.upgraded.0.3.0";
    private static final String ROLLED_BACK = "dev.cdevents.service.rolledback.0.3.0";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CdEvents() {}

    /**
     * What one notice is told as: notices whose kind is an event's type; none for most.
     *
     * @param watched whether the plan watches what is promoted, so that its end is not the promotion
     */
    static List<Notice> of(Notice n, boolean watched) {
        return switch (n.kind()) {
            case "started" -> List.of(n.as(TASK_STARTED));
            case "watchStarted" -> List.of(n.as(UPGRADED));
            case "ended" -> {
                Status how = n.standing().status();
                Notice finished = n.as(TASK_FINISHED);
                yield how == Status.ROLLED_BACK
                        ? List.of(n.as(ROLLED_BACK), finished)
                        : how == Status.PROMOTED && !watched ? List.of(n.as(UPGRADED), finished) : List.of(finished);
            }
            default -> List.of();
        };
    }

    /**
     * @param n one of those of {@link #of}
     * @param environment where the service runs
     */
    static ObjectNode body(Notice n, String environment) {
        String type = n.kind();
        Notice.Rollout rollout = n.rollout();
        String time = Instant.ofEpochMilli(n.at()).toString();
        String source = rollout.page() == null ? "canary-release/" + encoded(rollout.id()) : rollout.page();
        boolean task = type.equals(TASK_STARTED) || type.equals(TASK_FINISHED);
        String subject = task ? rollout.id() : rollout.name();
        ObjectNode event = JSON.createObjectNode()
                .put("specversion", "1.0")
                .put("id", n.id())
                .put("source", source)
                .put("type", type)
                .put("subject", subject)
                .put("time", time)
                .put("datacontenttype", "application/json");
        ObjectNode data = event.putObject("data");
        data.putObject("context")
                .put("specversion", SPEC)
                .put("id", n.id())
                .put("chainId", rollout.id())
                .put("source", source)
                .put("type", type)
                .put("timestamp", time);
        ObjectNode content = data.putObject("subject")
                .put("id", subject)
                .put("source", source)
                .putObject("content");
        if (task) {
            taskRun(content, n);
        } else {
            content.put("artifactId", artifact(rollout, type.equals(ROLLED_BACK)))
                    .putObject("environment")
                    .put("id", environment);
        }
        data.putObject("customData")
                .put("version", rollout.version())
                .put("status", n.standing().status().name().toLowerCase(Locale.ROOT))
                .put("phase", n.standing().phase())
                .put("weight", n.standing().weight().percent())
                .put("by", n.by())
                .put("text", n.text());
        return event;
    }

    private static void taskRun(ObjectNode content, Notice n) {
        content.put("taskName", n.rollout().name());
        if (n.rollout().page() != null) {
            content.put("uri", n.rollout().page());
        }
        if (n.rollout().owner() != null && !n.rollout().owner().isEmpty()) {
            content.putObject("pipelineRun").put("id", n.rollout().owner());
        }
        if (n.kind().equals(TASK_FINISHED)) {
            String outcome =
                    switch (n.standing().status()) {
                        case PROMOTED -> "success";
                        case HELD -> "cancel";
                        case ROLLED_BACK -> "failure";
                        default -> "error";
                    };
            content.put("outcome", outcome);
            if (!outcome.equals("success")) {
                content.put("errors", n.text());
            }
        }
    }

    /**
     * A package URL of the generic type: what is released has a name and a version here, and no registry.
     *
     * @param before whether it is the version before, which nobody has named here
     */
    private static String artifact(Notice.Rollout rollout, boolean before) {
        String name = "pkg:generic/" + encoded(rollout.name());
        return before || rollout.version() == null ? name : name + "@" + encoded(rollout.version());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

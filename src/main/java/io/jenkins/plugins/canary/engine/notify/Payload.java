package io.jenkins.plugins.canary.engine.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import java.util.Locale;

/**
 * A notice in the words of the other side. Slack's incoming webhooks take blocks beside a text for notifications; a Teams
 * workflow takes a message with one adaptive card. What people wrote is only ever plain text there: a plan's name must not
 * call a whole channel, or pass for a link.
 */
final class Payload {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 2_000;
    private static final int LONGEST_SUBJECT = 200;

    private Payload() {}

    /** @param leftOut how many notices before this one were not delivered */
    static byte[] of(Address to, Notice notice, long leftOut) {
        ObjectNode body =
                switch (to.format()) {
                    case JSON -> json(notice, leftOut);
                    case SLACK -> slack(notice, leftOut);
                    case TEAMS -> teams(notice, leftOut);
                    case PAGERDUTY -> PagerDutyAlert.body(to.key(), notice, leftOut);
                    case CDEVENTS -> CdEvents.body(notice, to.receiver().environment());
                    case MAIL -> throw new IllegalArgumentException("a mail has no body of JSON");
                };
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a notice that cannot be written", e);
        }
    }

    /** One line. */
    static String subject(Notice n) {
        return PlainText.line(cut(n.rollout().subject() + ": " + n.text(), LONGEST_SUBJECT));
    }

    /** What the message in a chat says, and where it leads. */
    static String text(Notice n, long leftOut) {
        String page = n.rollout().page();
        return n.rollout().subject() + ": " + cut(n.text()) + "\n\n" + about(n, leftOut) + "\n"
                + (page == null ? "" : "\n" + button(n) + ": " + page + "\n") + links(n);
    }

    private static String links(Notice n) {
        StringBuilder lines = new StringBuilder();
        n.rollout()
                .about()
                .links()
                .forEach((name, url) ->
                        lines.append(name).append(": ").append(url).append("\n"));
        return lines.toString();
    }

    private static ObjectNode json(Notice n, long leftOut) {
        ObjectNode body = JSON.createObjectNode();
        body.put("id", n.id())
                .put("topic", n.topic().word())
                .put("event", n.kind())
                .put("tone", n.tone().name().toLowerCase(Locale.ROOT))
                .put("at", n.at())
                .put("rollout", n.rollout().id())
                .put("name", n.rollout().name())
                .put("version", n.rollout().version())
                .put("owner", n.rollout().owner())
                .put("by", n.by())
                .put("text", n.text())
                .put("status", n.standing().status().name())
                .put("phase", n.standing().phase())
                .put("weight", n.standing().weight().percent())
                .put("page", n.rollout().page());
        if (leftOut > 0) {
            body.put("leftOut", leftOut);
        }
        if (!n.rollout().about().equals(PlanInfo.NONE)) {
            body.set("about", JSON.valueToTree(n.rollout().about()));
        }
        return body;
    }

    private static ObjectNode slack(Notice n, long leftOut) {
        ObjectNode body = JSON.createObjectNode();
        body.put("text", escaped(n.rollout().subject() + ": " + n.text()));
        ArrayNode blocks = body.putArray("blocks");
        ObjectNode section = blocks.addObject().put("type", "section");
        section.putObject("text")
                .put("type", "plain_text")
                .put("text", sign(n) + cut(n.rollout().subject() + ": " + n.text()));
        if (n.rollout().page() != null) {
            ObjectNode button = section.putObject("accessory")
                    .put("type", "button")
                    .put("url", n.rollout().page());
            button.put("action_id", "gate-page")
                    .putObject("text")
                    .put("type", "plain_text")
                    .put("text", button(n));
        }
        blocks.addObject()
                .put("type", "context")
                .putArray("elements")
                .addObject()
                .put("type", "plain_text")
                .put("text", cut(about(n, leftOut)));
        return body;
    }

    private static ObjectNode teams(Notice n, long leftOut) {
        ObjectNode body = JSON.createObjectNode();
        body.put("type", "message");
        ObjectNode attachment = body.putArray("attachments").addObject();
        attachment.put("contentType", "application/vnd.microsoft.card.adaptive").putNull("contentUrl");
        ObjectNode card = attachment.putObject("content");
        card.put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", "1.4");
        ArrayNode lines = card.putArray("body");
        run(lines, n.rollout().subject()).put("weight", "Bolder").put("size", "Medium");
        run(lines, n.text())
                .put(
                        "color",
                        switch (n.tone()) {
                            case GOOD -> "Good";
                            case WAITING -> "Warning";
                            case BAD -> "Attention";
                            default -> "Default";
                        });
        run(lines, about(n, leftOut)).put("isSubtle", true).put("size", "Small");
        if (n.rollout().page() != null) {
            card.putArray("actions")
                    .addObject()
                    .put("type", "Action.OpenUrl")
                    .put("title", button(n))
                    .put("url", n.rollout().page());
        }
        return body;
    }

    /** A run of text, which unlike a TextBlock knows no Markdown. */
    private static ObjectNode run(ArrayNode lines, String text) {
        return lines.addObject()
                .put("type", "RichTextBlock")
                .putArray("inlines")
                .addObject()
                .put("type", "TextRun")
                .put("text", cut(text));
    }

    static String button(Notice n) {
        return n.asks() ? "Decide" : "Gate page";
    }

    private static String about(Notice n, long leftOut) {
        return n.standing().status().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (n.standing().phase() == null ? "" : ", phase " + n.standing().phase())
                + ", weight " + n.standing().weight() + (n.by() == null ? "" : ", by " + n.by())
                + (n.rollout().about().owner() == null
                        ? ""
                        : ", owner " + n.rollout().about().owner())
                + (n.rollout().owner() == null ? "" : ", " + n.rollout().owner())
                + (leftOut == 0 ? "" : "; " + Units.count(leftOut, "earlier notice") + " left out");
    }

    private static String sign(Notice n) {
        return switch (n.tone()) {
            case GOOD -> "\u2705 ";
            case WAITING -> "\u23f3 ";
            case BAD -> "\u274c ";
            default -> "";
        };
    }

    private static String escaped(String text) {
        return cut(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text) {
        return cut(text, LONGEST);
    }

    static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}

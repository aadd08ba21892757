package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.plan.Webhook;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code notify:}, who is told of the rollout's events. */
final class NotifyReader {

    private static final int MOST = 10;

    static final Section WEBHOOK = Section.of(
                    "webhook",
                    "An address that is notified of the rollout's events.",
                    Map.of(
                            "to", KeyType.choice(Webhook.Format.class),
                            "url", KeyType.string("secret", KeyType.SECRET, NotifyReader::address),
                            "events", KeyType.choice(Topic.class).someOf()),
                    """
                    to     | to     | `json`   | The format; see [notifications](notifications.md).
                    url    | url    | required, `env:RELEASES_WEBHOOK` | Refers to the address, which is a secret: whoever knows it can post there.
                    secret | secret | none     | Refers to the key that signs `to: json`.
                    events | events | all but `progress` and `checklist` | What is told.
                    """)
            .rule("{'if': {'required': ['secret']}, 'then': {'properties': {'to': {'const': 'json'}}}}");

    static final KeyType WEBHOOKS = KeyType.of(
            "list of webhook", Map.of("type", "array", "maxItems", MOST, "items", WEBHOOK.type()), NotifyReader::read);

    private NotifyReader() {}

    private static List<Webhook> read(YamlNode node) {
        List<Webhook> all = new ArrayList<>();
        List<YamlNode> items = node.list();
        if (items.size() > MOST) {
            node.error("more than " + MOST + " webhooks", "let one of them tell the others");
        }
        for (YamlNode item : items) {
            YamlObject o = WEBHOOK.at(item);
            Webhook.Format to = o.get("to");
            Secrets.Ref url = o.get("url");
            Secrets.Ref secret = o.get("secret");
            if (secret != null && to != Webhook.Format.JSON) {
                o.key("secret")
                        .error(
                                "only { to: json } is signed: " + to.name().toLowerCase(java.util.Locale.ROOT)
                                        + " looks at no signature",
                                "remove it");
            }
            all.add(new Webhook(to, url, secret, o.get("events", NotifyReader::events, Topic.USUAL)));
        }
        return all;
    }

    /** A webhook's address lets everybody post who knows it. No message quotes what stands there. */
    private static Secrets.Ref address(YamlNode node) {
        boolean written = node.isScalar() && node.scalar().matches("(?i)https?:.*");
        if (written) {
            node.error(
                    "a webhook's address is a secret, and the plan is kept in the journal",
                    "write env:NAME, file:PATH or, in Jenkins, credentials:ID; whoever has read this plan can post there");
            return null;
        }
        return node.secret();
    }

    private static Set<Topic> events(YamlNode node) {
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        for (YamlNode item : node.list()) {
            Topic topic = item.choice(Topic.class);
            if (topic != null) {
                topics.add(topic);
            }
        }
        if (node.isList() && node.list().isEmpty()) {
            node.error(
                    "without events nothing is told",
                    "remove the whole webhook, or leave events out for the usual ones");
        }
        return topics.isEmpty() ? Topic.USUAL : topics;
    }
}

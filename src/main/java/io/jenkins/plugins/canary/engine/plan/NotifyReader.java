package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.notify.Topic;
import io.jenkins.plugins.canary.engine.notify.Webhook;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads {@code notify:}, who is told of the rollout's events. */
final class NotifyReader {

    private static final int MOST = 10;

    private NotifyReader() {}

    static List<Webhook> read(PlanNode node) {
        List<Webhook> all = new ArrayList<>();
        List<PlanNode> items = node.list();
        if (items.size() > MOST) {
            node.error("more than " + MOST + " webhooks", "let one of them tell the others");
        }
        for (PlanNode item : items) {
            PlanObject o = Section.NOTIFY.at(item);
            Webhook.Format to = o.get("to", n -> n.choice(Webhook.Format.class), Webhook.Format.JSON);
            Secrets.Ref url = o.need("url", NotifyReader::address, "env:RELEASES_WEBHOOK");
            Secrets.Ref secret = o.get("secret", AuthReader::secret, null);
            if (secret != null && to != Webhook.Format.JSON) {
                o.key("secret").error("only { to: json } is signed: " + to.name().toLowerCase(java.util.Locale.ROOT)
                        + " looks at no signature", "remove it");
            }
            all.add(new Webhook(to, url, secret, o.get("events", NotifyReader::events, Topic.USUAL)));
        }
        return all;
    }

    /** A webhook's address lets everybody post who knows it. No message quotes what stands there. */
    private static Secrets.Ref address(PlanNode node) {
        boolean written = node.isScalar() && node.scalar().matches("(?i)https?:.*");
        if (written) {
            node.error("a webhook's address is a secret, and the plan is kept in the journal",
                    "write env:NAME, file:PATH or, in Jenkins, credentials:ID; whoever has read this plan can post there");
            return null;
        }
        return AuthReader.secret(node);
    }

    private static Set<Topic> events(PlanNode node) {
        Set<Topic> topics = EnumSet.noneOf(Topic.class);
        for (PlanNode item : node.list()) {
            Topic topic = item.choice(Topic.class);
            if (topic != null) {
                topics.add(topic);
            }
        }
        if (node.isList() && node.list().isEmpty()) {
            node.error("without events nothing is told", "remove the whole webhook, or leave events out for the usual ones");
        }
        return topics.isEmpty() ? Topic.USUAL : topics;
    }
}

package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.plan.Webhook;
import io.jenkins.plugins.canary.engine.rollout.BlockingChecklist;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.Steps;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;
import io.jenkins.plugins.canary.engine.view.Sentences;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Tells of one rollout: makes notices of its events and hands them over. Called under the rollout's lock; quick. */
public final class Notifier {

    private static final Logger LOGGER = Logger.getLogger(Notifier.class.getName());
    private static final String UNSAID = "its address cannot be used; the log says why";

    /** The message has the address' host, which is for the log. */
    private static final class Refused extends Secrets.SecretMissing {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private final CanaryPlan plan;
    private final String page;
    private final BiFunction<String, Long, String> decision;
    private final List<Consumer<Notice>> receivers = new ArrayList<>();
    private final FailedDeliveries failedDeliveries = new FailedDeliveries(this::write);
    private volatile WebhookSender sender;
    private volatile RolloutRun run;
    private String waited;
    private long lastAt;
    private int ofThisMoment;

    /** @param page the gate page's address; null where there is none */
    public Notifier(CanaryPlan plan, String page) {
        this(plan, page, (phase, at) -> page);
    }

    /**
     * @param page the gate page's address; null where there is none
     * @param decision where people who are asked decide on a phase, by its name and the time, milliseconds since the epoch
     */
    public Notifier(CanaryPlan plan, String page, BiFunction<String, Long, String> decision) {
        this.plan = plan;
        this.page = page;
        this.decision = decision;
    }

    /** Adds somebody who gets every notice; must return at once. */
    public Notifier also(Consumer<Notice> receiver) {
        receivers.add(receiver);
        return this;
    }

    /** Adds a plan's webhooks, which pages and journals name as the plan does. */
    public Notifier also(WebhookSender by, List<Webhook> webhooks, Secrets secrets, AddressPolicy addresses) {
        return also(by, webhooks, secrets, addresses, null);
    }

    /**
     * Adds webhooks. One whose secrets are missing is left out and named: that nobody is told keeps no rollout from
     * beginning.
     *
     * @param shown what pages and journals call these webhooks, of which they tell nothing else; null to name each by its
     *     reference, as the log does
     */
    public Notifier also(
            WebhookSender by, List<Webhook> webhooks, Secrets secrets, AddressPolicy addresses, String shown) {
        sender = by;
        for (Webhook webhook : webhooks) {
            String name = shown == null ? name(webhook) : shown;
            try {
                Address address = address(webhook, name, secrets, addresses);
                Predicate<Notice> takes = takes(webhook);
                receivers.add(notice -> {
                    if (takes.test(notice)) {
                        by.hand(address, notice, failedDeliveries);
                    }
                });
            } catch (Secrets.SecretMissing e) {
                boolean tells = shown == null && !(e instanceof Refused);
                failedDeliveries.unreachable(webhook, name, tells ? e.getMessage() : UNSAID);
                Object[] what = {name(webhook), plan.name(), e.getMessage()};
                LOGGER.log(Level.WARNING, "Nobody at {0} is told of {1}: {2}", what);
            }
        }
        return this;
    }

    private static Predicate<Notice> takes(Webhook webhook) {
        return webhook.to() == Webhook.Format.PAGERDUTY
                ? new PagerDutyAlert(webhook.events())::takes
                : notice -> webhook.events().contains(notice.topic());
    }

    private static String name(Webhook webhook) {
        return webhook.reference().shown();
    }

    private static Address address(Webhook webhook, String shown, Secrets secrets, AddressPolicy addresses)
            throws Secrets.SecretMissing {
        String text = webhook.url() == null
                ? PagerDutyAlert.URL
                : webhook.url().text(secrets).strip();
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            url = null;
        }
        boolean secure = url != null && "https".equalsIgnoreCase(url.getScheme());
        boolean web = url != null && url.getHost() != null && (secure || "http".equalsIgnoreCase(url.getScheme()));
        if (!web) {
            throw new Secrets.SecretMissing("what it refers to is no http or https address");
        }
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        Optional<String> refusal = addresses.refusal(url.getHost(), port, null);
        if (refusal.isPresent()) {
            throw new Refused(refusal.get());
        }
        String key = webhook.key() == null ? null : webhook.key().text(secrets).strip();
        if (key != null && key.isEmpty()) {
            throw new Secrets.SecretMissing("its secret or routing key is empty");
        }
        return new Address(name(webhook), shown, webhook.to(), url, key, addresses);
    }

    /** Whom the notices do not reach. */
    public FailedDeliveries failedDeliveries() {
        return failedDeliveries;
    }

    /** Tells of everything that happens from now on. */
    public void follow(RolloutRun of) {
        run = of;
        if (!receivers.isEmpty() || failedDeliveries.hasUnwritten()) {
            of.listen(this::happened);
        }
    }

    /** Elsewhere than where it is called: that may be in the middle of other lines, or where nobody may wait. */
    private void write() {
        RolloutRun of = run;
        if (of != null && failedDeliveries.hasUnwritten()) {
            sender.apart(() -> failedDeliveries.write(of));
        }
    }

    private void happened(Steps steps) {
        write();
        RolloutState after = steps.state();
        for (RolloutEvent event : steps.events()) {
            Topic topic = Sentences.topic(plan, event);
            if (topic != null && after.started() != null) {
                tell(topic, Sentences.of(plan, 0, event), after);
            }
        }
        if (after.started() != null) {
            waits(after);
        }
    }

    /** That a list is waited for is no event, and somebody has to act all the same; told once for each list. */
    private void waits(RolloutState s) {
        BlockingChecklist open = s.waitsFor(plan);
        String list = open == null ? null : open.checklist();
        if (list != null && !list.equals(waited)) {
            String text = "Waits for the " + open.says();
            tell(Topic.WAITING, new EventRow(0, s.lastEventAt(), "waits", Tone.WAITING, null, text), s);
        }
        waited = list;
    }

    private void tell(Topic topic, EventRow row, RolloutState s) {
        ofThisMoment = row.at() == lastAt ? ofThisMoment + 1 : 0;
        lastAt = row.at();
        RolloutEvent.Started of = s.started();
        String id = of.rollout() + "/" + row.kind() + "/" + row.at() + (ofThisMoment == 0 ? "" : "/" + ofThisMoment);
        String phase = s.phase() < 0 ? null : s.current(plan).name();
        String address = row.kind().equals(Notice.ASKED) ? decision.apply(phase, row.at()) : page;
        Notice notice = new Notice(
                id,
                topic,
                row.kind(),
                row.tone(),
                row.at(),
                new Notice.Rollout(of.rollout(), of.name(), of.version(), of.owner(), address),
                row.by(),
                row.text(),
                new Notice.Standing(s.status(plan), phase, s.weight()));
        receivers.forEach(r -> r.accept(notice));
    }
}

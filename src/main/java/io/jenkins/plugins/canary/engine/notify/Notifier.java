package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
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
import java.util.function.Function;
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
    private final List<Consumer<Notice>> listeners = new ArrayList<>();
    private final FailedDeliveries failedDeliveries = new FailedDeliveries(this::write);
    private volatile NoticeSender sender;
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
        listeners.add(receiver);
        return this;
    }

    /** Adds a plan's receivers, whom pages and journals name as the plan does. */
    public Notifier also(NoticeSender by, List<Receiver> receivers, Secrets secrets, AddressPolicy addresses) {
        return also(by, receivers, secrets, addresses, null);
    }

    /**
     * Adds receivers. One whose secrets are missing is left out and named: that nobody is told keeps no rollout from
     * beginning.
     *
     * @param shown what pages and journals call these receivers, of which they tell nothing else; null to name each by its
     *     reference, as the log does
     */
    public Notifier also(
            NoticeSender by, List<Receiver> receivers, Secrets secrets, AddressPolicy addresses, String shown) {
        sender = by;
        for (Receiver receiver : receivers) {
            String name = shown == null ? receiver.shown() : shown;
            try {
                Address address = receiver.to() == Receiver.Format.MAIL
                        ? mail(receiver, name, by)
                        : address(receiver, name, secrets, addresses);
                Function<Notice, List<Notice>> told = told(receiver);
                listeners.add(notice -> told.apply(notice).forEach(n -> by.hand(address, n, failedDeliveries)));
            } catch (Secrets.SecretMissing e) {
                boolean tells = shown == null && !(e instanceof Refused);
                failedDeliveries.unreachable(receiver, name, tells ? e.getMessage() : UNSAID);
                Object[] what = {receiver.shown(), plan.name(), e.getMessage()};
                LOGGER.log(Level.WARNING, "Nobody at {0} is told of {1}: {2}", what);
            }
        }
        return this;
    }

    /** As what a receiver is told of a notice: nothing, itself, or other ones. */
    private Function<Notice, List<Notice>> told(Receiver receiver) {
        if (receiver.to() == Receiver.Format.PAGERDUTY) {
            PagerDutyAlert alert = new PagerDutyAlert(receiver.events());
            return notice -> alert.takes(notice) ? List.of(notice) : List.of();
        }
        boolean watched = plan.aftercare() != null;
        return notice -> !receiver.events().contains(notice.topic())
                ? List.of()
                : receiver.to() == Receiver.Format.CDEVENTS ? CdEvents.of(notice, watched) : List.of(notice);
    }

    private static Address mail(Receiver receiver, String shown, NoticeSender by) throws Secrets.SecretMissing {
        if (!by.sendsMail()) {
            throw new Secrets.SecretMissing(
                    "mail is sent by Jenkins with its Mailer plugin, and not from here: notify a webhook instead");
        }
        return new Address(receiver, shown, null, null, AddressPolicy.UNRESTRICTED);
    }

    private static Address address(Receiver receiver, String shown, Secrets secrets, AddressPolicy addresses)
            throws Secrets.SecretMissing {
        String text = receiver.url() == null
                ? PagerDutyAlert.URL
                : receiver.url().text(secrets).strip();
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
        String key =
                receiver.key() == null ? null : receiver.key().text(secrets).strip();
        if (key != null && key.isEmpty()) {
            throw new Secrets.SecretMissing("its secret or routing key is empty");
        }
        return new Address(receiver, shown, url, key, addresses);
    }

    /** Whom the notices do not reach. */
    public FailedDeliveries failedDeliveries() {
        return failedDeliveries;
    }

    /** Tells of everything that happens from now on. */
    public void follow(RolloutRun of) {
        run = of;
        if (!listeners.isEmpty() || failedDeliveries.hasUnwritten()) {
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
                new Notice.Rollout(of.rollout(), of.name(), of.version(), of.owner(), address, plan.info()),
                row.by(),
                row.text(),
                new Notice.Standing(s.status(plan), phase, s.weight()));
        listeners.forEach(r -> r.accept(notice));
    }
}

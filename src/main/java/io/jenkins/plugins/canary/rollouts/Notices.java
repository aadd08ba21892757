package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.config.CanaryConfiguration;
import io.jenkins.plugins.canary.config.PlanConnections;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.notify.FailedDeliveries;
import io.jenkins.plugins.canary.engine.notify.Notice;
import io.jenkins.plugins.canary.engine.notify.NoticeSender;
import io.jenkins.plugins.canary.engine.notify.Notifier;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/** Tells of the controller's rollouts: the plan's webhooks, the administrator's, and other plugins. Any thread. */
final class Notices {

    private static final Logger LOGGER = Logger.getLogger(Notices.class.getName());
    private static final int MOST_WAITING = 1_000;

    /** Rollouts whose notices are still told of after their end. */
    private static final int MOST_KEPT = 200;

    private final NoticeSender sender;
    private final Map<String, FailedDeliveries> failedDeliveries = new LinkedHashMap<>();
    private final ExecutorService listeners;

    Notices(InstantSource clock) {
        sender = new NoticeSender(NoticeSender.Pace.USUAL, clock, Notices::mail);
        listeners = RolloutManager.pool(1, "canary-listeners", new ArrayBlockingQueue<>(MOST_WAITING));
    }

    /** Tells of everything that happens in a rollout from now on. Looks secrets up; asks nobody. */
    void follow(LiveRollout rollout, RolloutEngine.Launched launched) {
        CanaryPlan plan = launched.release().plan();
        CanaryConfiguration settings = CanaryConfiguration.get();
        Secrets secrets = launched.release().place().secrets();
        String page = RolloutsAction.page(rollout.build(), rollout.id());
        Notifier notifier = new Notifier(
                        plan, page, (phase, at) -> page == null ? null : DecisionLink.to(page, rollout.id(), phase, at))
                .also(notice -> tell(rollout, notice))
                .also(sender, plan.environment().receivers(), secrets, PlanConnections.POLICY)
                .also(sender, settings.receivers(), secrets, AddressPolicy.UNRESTRICTED, "(controller)");
        keep(rollout.id(), notifier.failedDeliveries());
        notifier.follow(launched.run());
    }

    private static void mail(List<String> recipients, String subject, String text) throws IOException {
        if (Jenkins.get().getPlugin("mailer") == null) {
            throw new IOException("install the plugin Mailer, and configure its SMTP server");
        }
        JenkinsMail.send(recipients, subject, text);
    }

    private void keep(String rollout, FailedDeliveries news) {
        synchronized (failedDeliveries) {
            failedDeliveries.remove(rollout);
            failedDeliveries.put(rollout, news);
            if (failedDeliveries.size() > MOST_KEPT) {
                failedDeliveries.remove(failedDeliveries.keySet().iterator().next());
            }
        }
    }

    /** Whom the notices of a rollout do not reach; nobody for one that ended long ago, or before the controller's start. */
    List<RolloutStatusResponse.FailedDeliveryRow> failedDeliveries(String rollout) {
        synchronized (failedDeliveries) {
            return Optional.ofNullable(failedDeliveries.get(rollout))
                    .map(FailedDeliveries::rows)
                    .orElse(List.of());
        }
    }

    /** Tells listeners that the controller has started. */
    void started() {
        tell(CanaryListener::onStarted, "the controller's start");
    }

    private void tell(LiveRollout rollout, Notice notice) {
        tell(
                listener -> listener.onNotice(rollout.build(), notice),
                notice.kind() + " of rollout " + notice.rollout().id());
    }

    /** @param what they are told of, for the log */
    private void tell(Consumer<CanaryListener> news, String what) {
        if (CanaryListener.all().isEmpty()) {
            return;
        }
        try {
            listeners.execute(() -> {
                for (CanaryListener listener : CanaryListener.all()) {
                    try {
                        news.accept(listener);
                    } catch (RuntimeException | LinkageError e) {
                        LOGGER.log(
                                Level.WARNING,
                                "A listener of canary rollouts failed: "
                                        + listener.getClass().getName(),
                                e);
                    }
                }
            });
        } catch (RejectedExecutionException full) {
            LOGGER.log(Level.WARNING, "Listeners are too slow: they were not told of {0}", what);
        }
    }

    void close() {
        sender.close();
        listeners.shutdown();
    }
}

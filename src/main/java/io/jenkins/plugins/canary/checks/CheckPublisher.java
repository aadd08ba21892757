package io.jenkins.plugins.canary.checks;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.engine.notify.Notice;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.rollouts.CanaryListener;
import io.jenkins.plugins.canary.rollouts.PendingRollouts;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.checks.api.ChecksDetails;
import io.jenkins.plugins.checks.api.ChecksPublisher;
import io.jenkins.plugins.checks.api.ChecksPublisher.NullChecksPublisher;
import io.jenkins.plugins.checks.api.ChecksPublisherFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.Timer;

/**
 * Publishes each rollout as a check on the commit of its build, whenever something happens that people are told of, but no
 * more often than every ten seconds. On Jenkins' own background threads: a slow server delays no rollout.
 */
@Extension(optional = true)
public final class CheckPublisher extends CanaryListener {

    private static final Logger LOGGER = Logger.getLogger(CheckPublisher.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final PendingRollouts pending = new PendingRollouts("checks");
    private final Throttle throttle =
            new Throttle(() -> RolloutManager.get().clock().instant(), INTERVAL, CheckPublisher::after);
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    private static void after(Duration delay, Runnable task) {
        Timer.get()
                .schedule(() -> Computer.threadPoolForRemoting.execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void onStarted() {
        pending.read().forEach((rollout, left) -> request(left.build(), rollout));
    }

    @Override
    public void onNotice(Run<?, ?> build, Notice notice) {
        String rollout = notice.rollout().id();
        if (build == null) {
            pending.remove(rollout);
        } else if (pending.has(rollout) || new Configured(build.getParent().getFullName()).isPublishingChecks()) {
            request(build, rollout);
        }
    }

    private void request(Run<?, ?> build, String rollout) {
        throttle.request(rollout, () -> {
            try {
                return publish(build, rollout);
            } catch (IOException | RuntimeException | LinkageError e) {
                if (failed.add(rollout)) {
                    LOGGER.log(
                            Level.WARNING,
                            "The check of canary rollout " + rollout + " of " + build
                                    + " is not on its commit; it is tried again when something happens",
                            e);
                }
                return true;
            }
        });
    }

    /** @return whether there is more to publish */
    private boolean publish(Run<?, ?> build, String rollout) throws IOException {
        boolean ended =
                RolloutsAction.find(build, rollout).map(RolloutRecord::isEnded).orElse(true);
        ChecksPublisher publisher = publisher(build);
        if (publisher != null) {
            pending.add(rollout, build, "");
            RolloutView view = RolloutsAction.of(build)
                    .orElseThrow(() -> new IOException("the build has no rollouts"))
                    .view(rollout);
            ended = view.state().isEnded();
            for (ChecksDetails check :
                    new RolloutCheck(name(build, rollout), view, RolloutsAction.page(build, rollout)).details()) {
                publisher.publish(check);
            }
        }
        if (ended) {
            pending.remove(rollout);
            failed.remove(rollout);
        }
        return !ended;
    }

    /** Null where the build's commit is on no server that takes checks. */
    private static ChecksPublisher publisher(Run<?, ?> build) {
        ChecksPublisher publisher = ChecksPublisherFactory.fromRun(build, TaskListener.NULL);
        return publisher instanceof NullChecksPublisher ? null : publisher;
    }

    /** {@code Canary / shop}; {@code Canary / shop 2} for the second rollout of that name in the build, as in a retry. */
    private static String name(Run<?, ?> build, String rollout) {
        List<RolloutRecord> all = RolloutsAction.rolloutsOf(build);
        String name = all.stream()
                .filter(r -> r.getId().equals(rollout))
                .map(RolloutRecord::getName)
                .findFirst()
                .orElse(rollout);
        List<String> same = all.stream()
                .filter(r -> r.getName().equals(name))
                .map(RolloutRecord::getId)
                .toList();
        int number = same.indexOf(rollout) + 1;
        return "Canary / " + name + (number > 1 ? " " + number : "");
    }
}

package io.jenkins.plugins.canary.rollouts;

import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.report.DoraMetrics;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import jenkins.model.Jenkins;

/**
 * The rollouts that builds have ended with, by their jobs. Reading them loads builds, so what pages ask for all the time is kept
 * and read again apart from them. Any thread.
 */
public final class EndedRollouts {

    /** Builds looked at in each job, more where its builds are younger than the window of the figures, and in all. */
    private static final int BUILDS = JobRollouts.BUILDS;

    private static final int MOST_BUILDS = 1_000;
    private static final int ALL_BUILDS = 5_000;

    private static final long FRESH_MILLIS = 60_000;

    /** A job, and its rollouts of which a history tells. */
    public record OfJob(Job<?, ?> job, List<PastRollout> rollouts) {}

    private final RolloutManager manager;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile List<OfJob> known;
    private volatile long readAt;

    EndedRollouts(RolloutManager manager) {
        this.manager = manager;
    }

    /** As they were a minute ago at most, while somebody asks; null before they have been read for the first time. */
    public List<OfJob> known() {
        boolean fresh = known != null && manager.now() - readAt < FRESH_MILLIS;
        if (!fresh && reading.compareAndSet(false, true)) {
            manager.work(this::read);
        }
        return known;
    }

    /** One more has ended. */
    void changed() {
        readAt = 0;
    }

    private void read() {
        try {
            // Before reading: what ends meanwhile is read the next time.
            readAt = manager.now();
            known = read(job -> true);
        } finally {
            reading.set(false);
        }
    }

    /** Those of some jobs, as they are now. Loads builds, with the rights of the caller. */
    public List<OfJob> read(Predicate<Job<?, ?>> which) {
        List<OfJob> all = new ArrayList<>();
        long since = manager.now() - DoraMetrics.WINDOW.toMillis();
        int left = ALL_BUILDS;
        for (Job<?, ?> job : Jenkins.get().allItems(Job.class)) {
            if (!which.test(job) || !JobRollouts.hasAny(job)) {
                continue;
            }
            List<PastRollout> past = new ArrayList<>();
            Run<?, ?> build = job.getLastBuild();
            for (int i = 0; build != null && left > 0 && isWanted(i, build, since); i++, left--) {
                RolloutsAction.rolloutsOf(build).stream()
                        .map(RolloutRecord::past)
                        .flatMap(Optional::stream)
                        .forEach(past::add);
                build = build.getPreviousBuild();
            }
            all.add(new OfJob(job, past));
        }
        return all;
    }

    private static boolean isWanted(int index, Run<?, ?> build, long since) {
        return index < BUILDS || index < MOST_BUILDS && build.getStartTimeInMillis() > since;
    }
}

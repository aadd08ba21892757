package io.jenkins.plugins.canary.rollouts;

import hudson.Util;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.view.Headline;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.text.DateFormat;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A version that a job has promoted and that is looked after, in words for the job's page. */
public final class JobWatch {

    private final LiveRollout rollout;
    private final Run<?, ?> build;
    private final RolloutStatusResponse.WatchRow watch;
    private final Headline headline;
    private final List<String> actions;
    private final Locale locale;

    private JobWatch(LiveRollout rollout, Run<?, ?> build, RolloutStatusResponse.WatchRow watch, Locale locale) {
        this.rollout = rollout;
        this.build = build;
        this.watch = watch;
        this.headline = rollout.view().headline();
        this.actions =
                rollout.view().actions(Persons.asking(build, rollout.view().plan()));
        this.locale = locale;
    }

    /**
     * Those that are open now and were taken up again after a restart; usually none or one.
     *
     * @param locale for dates
     */
    static List<JobWatch> of(Job<?, ?> job, Locale locale) {
        return RolloutManager.get().open().stream()
                .map(r -> of(r, job, locale))
                .filter(Objects::nonNull)
                .toList();
    }

    private static JobWatch of(LiveRollout rollout, Job<?, ?> job, Locale locale) {
        Run<?, ?> build = rollout.isPromoted() ? rollout.build() : null;
        RolloutView view = rollout.view();
        if (build == null || view == null || !job.equals(build.getParent())) {
            return null;
        }
        RolloutStatusResponse.WatchRow watch = view.watch();
        return watch == null ? null : new JobWatch(rollout, build, watch, locale);
    }

    public String getId() {
        return rollout.id();
    }

    /** {@code api-gateway v2}. */
    public String getSubject() {
        return rollout.name() + " " + Util.fixNull(rollout.entry().version());
    }

    public Run<?, ?> getBuild() {
        return build;
    }

    /** Relative to Jenkins' root. */
    public String getUrl() {
        return build.getUrl() + "canary/" + rollout.id() + "/";
    }

    /** Until when, and what a breach leads to. */
    public String getTerms() {
        if (watch.length() == 0) {
            return Messages.JobWatch_lists();
        }
        String until = DateFormat.getDateTimeInstance(DateFormat.MEDIUM, DateFormat.SHORT, locale)
                .format(new Date(watch.until()));
        return switch (watch.onBreach()) {
            case "rollback" -> Messages.JobWatch_rollback(until);
            case "ask" -> Messages.JobWatch_ask(until);
            default -> Messages.JobWatch_alert(until);
        };
    }

    /** What is seen; empty when there is nothing to add. */
    public String getSays() {
        return Util.fixNull(headline.reason());
    }

    /** Whether something is wrong. */
    public boolean isBad() {
        return headline.health() == RolloutStatusResponse.Health.BAD;
    }

    /** Whether a person has to say what becomes of the version, and this one may keep it. */
    public boolean isKeepable() {
        return actions.contains("keep");
    }

    /** The same, and this one may take it back. */
    public boolean isReversible() {
        return watch.asks() && actions.contains("rollback");
    }
}

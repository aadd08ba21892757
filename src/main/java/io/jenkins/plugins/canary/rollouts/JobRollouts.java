package io.jenkins.plugins.canary.rollouts;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Action;
import hudson.model.Api;
import hudson.model.Failure;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.view.Headline;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.text.DateFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.HttpResponses;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerProxy;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** A job's rollouts: the last one on its page, the newest ones at {@code JOB/canary-rollouts/}. */
@ExportedBean
public final class JobRollouts implements Action, StaplerProxy {

    /** Builds looked at for the history; older ones stay on the disk unread. */
    static final int BUILDS = 100;
    /** Builds looked at for the job's own page: those that its history shows, and so are loaded already. */
    private static final int SHOWN_BUILDS = 10;

    private final Job<?, ?> job;

    private JobRollouts(Job<?, ?> job) {
        this.job = job;
    }

    /** For the page's frame. */
    public Job<?, ?> getObject() {
        return job;
    }

    /** The newest first. */
    public List<RolloutRow> getRows() {
        return rows(BUILDS).toList();
    }

    /** The newest; null when there is none among the newest builds. */
    public RolloutRow getLast() {
        return rows(SHOWN_BUILDS).findFirst().orElse(null);
    }

    /** The newest first, of the newest builds. */
    @Exported(visibility = 2)
    public List<RolloutRecord> getRollouts() {
        return builds(BUILDS).flatMap(JobRollouts::newestFirst).toList();
    }

    /** What of this job's is promoted and watched now; for the page that is being answered. */
    public List<JobWatch> getWatches() {
        return JobWatch.of(job, Stapler.getCurrentRequest2().getLocale());
    }

    /** The version stays in spite of the breach. */
    @RequirePOST
    public HttpResponse doKeep(@QueryParameter String rollout) {
        return decide("keep", rollout);
    }

    /** The promotion is taken back. */
    @RequirePOST
    public HttpResponse doRollback(@QueryParameter String rollout) {
        return decide("rollback", rollout);
    }

    private HttpResponse decide(String what, String rollout) {
        LiveRollout live = RolloutManager.get().open().stream()
                .filter(r -> r.id().equals(rollout))
                .findFirst()
                .orElse(null);
        Run<?, ?> build = live == null ? null : live.build();
        if (build == null || live.view() == null || !job.equals(build.getParent())) {
            throw new Failure(Messages.JobRollouts_over());
        }
        build.checkPermission(what.equals("keep") ? CanaryPermissions.APPROVE : CanaryPermissions.CONTROL);
        try {
            new RolloutApi(live.view(), live.run(), RolloutManager.get()::now)
                    .act(
                            what,
                            Map.of("reason", "decided on the job's page"),
                            Persons.asking(build, live.view().plan()));
        } catch (Refusal refused) {
            throw new Failure(refused.getMessage());
        }
        return HttpResponses.redirectViaContextPath(job.getUrl());
    }

    /** Whether one of the newest builds has had a rollout. */
    static boolean hasAny(Job<?, ?> job) {
        return new JobRollouts(job)
                .builds(SHOWN_BUILDS)
                .anyMatch(b -> RolloutsAction.of(b).isPresent());
    }

    private Stream<RolloutRow> rows(int builds) {
        return builds(builds).flatMap(b -> newestFirst(b).map(r -> new RolloutRow(b, r)));
    }

    private Stream<? extends Run<?, ?>> builds(int count) {
        return Stream.<Run<?, ?>>iterate(job.getLastBuild(), b -> b != null, Run::getPreviousBuild)
                .limit(count);
    }

    private static Stream<RolloutRecord> newestFirst(Run<?, ?> build) {
        List<RolloutRecord> all = new ArrayList<>(RolloutsAction.rolloutsOf(build));
        Collections.reverse(all);
        return all.stream();
    }

    public Api getApi() {
        return new Api(this);
    }

    @Override
    public Object getTarget() {
        job.checkPermission(CanaryPermissions.VIEW);
        return this;
    }

    @Override
    public String getIconFileName() {
        return job.hasPermission(CanaryPermissions.VIEW) ? "symbol-canary plugin-canary-release" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.JobRollouts_displayName();
    }

    @Override
    public String getUrlName() {
        return "canary-rollouts";
    }

    /** For jobs that have had a rollout lately. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {

        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @NonNull
        @Override
        public Collection<? extends Action> createFor(@NonNull Job job) {
            return hasAny(job) ? List.of(new JobRollouts(job)) : List.of();
        }
    }

    /** A version that a job has promoted and that is looked after, in words for the job's page. */
    public static final class JobWatch {

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
            return Util.fixNull(StatusWords.translated(headline.reason()));
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
}

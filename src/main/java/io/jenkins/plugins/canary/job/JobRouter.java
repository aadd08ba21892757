package io.jenkins.plugins.canary.job;

import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.Backoff;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver.JobSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.job.RouterRun.Action;
import java.util.List;
import java.util.Objects;

/**
 * Drives a job: a run for each intention, never two at a time, and what is in force out of what the newest run archived. The
 * queue and the runs hold all of its state; nothing waits for a run here.
 */
final class JobRouter implements TrafficRouter {

    /** Between two runs for one intention: a script that fails all night is not started every second. */
    private static final Backoff PAUSES = new Backoff(10_000, 300_000);

    /** A run leaves the queue a moment before it is listed. */
    private static final Object STARTING = new Object();

    private final JobSettings settings;
    private final RouterContext context;
    private final TargetJob target;
    private final JobRuns runs;
    private volatile String intent = "";
    private StartedRun started = StartedRun.NONE;
    private int told;
    private boolean moved;

    JobRouter(JobSettings settings, RouterContext context, RolloutRights rights) {
        this.settings = settings;
        this.context = context;
        this.target = new TargetJob(settings, rights);
        this.runs = new JobRuns(settings.parameters());
    }

    /** @throws RouterException permanent, when no run could be started */
    void requireUsable() throws RouterException {
        target.find();
    }

    @Override
    public void intend(String key) {
        intent = key;
    }

    /**
     * What the newest run that answered says. Starts a run when that is too long ago; until it has ended the old answer
     * counts, other than before this rollout has moved anything.
     */
    @Override
    public Observation observe() throws RouterException {
        Job<?, ?> job = target.find();
        synchronized (STARTING) {
            JobRuns.Look look = runs.look(job);
            boolean free = isFree(look, job);
            boolean old = look.answer() == null || now() >= look.answer().endedAt() + observeEvery();
            if (old && (look.answer() == null || !hasMoved(job))) {
                throw unanswered(job, look, free);
            }
            Run<?, ?> failedMove = look.failedMove();
            Observation seen = seen(look.answer());
            boolean again = !look.failed().isEmpty() || !seen.settled();
            // A move that failed is tried again before anybody looks what it did.
            long pause = again ? 2 * pause(failedLooks(look)) : observeEvery();
            if (free && now() >= look.lastEnd() + pause) {
                start(job, Action.OBSERVE, seen.weight(), Action.OBSERVE.word());
            }
            JobRuns.UnderWay run = look.underWay();
            boolean moving = run != null && (run.of() == null || !run.of().isLook());
            return moving || failedMove != null
                    ? seen.unsettled(moving ? "waiting for " + run.shown() : JobRuns.fault(failedMove))
                    : seen;
        }
    }

    private boolean hasMoved(Job<?, ?> job) {
        moved = moved || JobRuns.hasMoved(job, context.rollout());
        return moved;
    }

    /** Nobody knows what is in force. */
    private RouterException unanswered(Job<?, ?> job, JobRuns.Look look, boolean free) throws RouterException {
        String wait = "what is in force is not known yet; waiting for ";
        if (!free) {
            return RouterException.pending(wait + waitedFor(look));
        }
        int failed = failedLooks(look);
        if (failed > 0 && now() < look.lastEnd() + pause(failed)) {
            return new RouterException(JobRuns.fault(look.failed().get(0)));
        }
        start(job, Action.OBSERVE, Weight.ZERO, Action.OBSERVE.word());
        return RouterException.pending(wait + "the run of " + target.shown() + " that was just started");
    }

    /** How many looks of this rollout have failed since anything else ended. */
    private int failedLooks(JobRuns.Look look) {
        return (int) look.failed().stream()
                .takeWhile(run ->
                        JobRuns.isLook(run) && run.getAction(RouterRun.class).isOf(context.rollout()))
                .count();
    }

    /**
     * A run for another version says nothing of this one's promotion. Counts and health are left out: they are of the moment
     * in which the run ended.
     */
    private Observation seen(JobRuns.Answer answer) {
        ParametersAction given = answer.run().getAction(ParametersAction.class);
        ParameterValue version = given == null ? null : given.getParameter(JobDriver.VERSION);
        boolean same = version != null && Objects.equals(version.getValue(), context.version());
        Observation said = answer.observation();
        return Observation.of(said.weight(), said.settled(), said.detail(), said.warnings())
                .asPromoted(same && said.promoted());
    }

    private String waitedFor(JobRuns.Look look) {
        return look.underWay() == null
                ? "the run that was just started"
                : look.underWay().shown();
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        move(Action.SHIFT, weight);
    }

    @Override
    public void promote(String version) throws RouterException {
        move(Action.PROMOTE, Weight.FULL);
    }

    @Override
    public void rollBack() throws RouterException {
        move(Action.ROLLBACK, Weight.ZERO);
    }

    private void move(Action action, Weight weight) throws RouterException {
        Job<?, ?> job = target.find();
        String key = intent.isEmpty() ? action.word() + "-" + weight.tenths() : intent;
        synchronized (STARTING) {
            JobRuns.Look look = runs.look(job);
            List<Run<?, ?>> attempts = JobRuns.attempts(job, context.rollout(), key);
            Run<?, ?> failed = attempts.isEmpty() || runs.hasAnswered(attempts.get(0)) ? null : attempts.get(0);
            if (failed != null && failed.getNumber() != told) {
                told = failed.getNumber();
                throw new RouterException(JobRuns.fault(failed));
            }
            boolean free = isFree(look, job);
            if (!free && action == Action.ROLLBACK && isOvertaken(look, key)) {
                free = target.stop(job, look.underWay(), "the rollout rolls back before this run has begun");
            }
            boolean pausing = !attempts.isEmpty() && now() < JobRuns.ended(attempts.get(0)) + pause(attempts.size());
            if (failed != null && pausing) {
                throw new RouterException(JobRuns.fault(failed));
            }
            boolean applying = look.answer() != null && isApplying(action, weight, seen(look.answer()));
            if (free && !pausing && !applying) {
                start(job, action, weight, key);
            }
        }
    }

    /** Whether the job has done what it is asked for, and only time is missing. */
    private static boolean isApplying(Action action, Weight weight, Observation seen) {
        boolean done =
                action == Action.PROMOTE ? seen.promoted() : seen.weight().equals(weight);
        return done && !seen.settled();
    }

    /** A run of this rollout for something else that has not begun. */
    private boolean isOvertaken(JobRuns.Look look, String key) {
        JobRuns.UnderWay run = look.underWay();
        return run != null
                && run.item() != null
                && run.of() != null
                && run.of().isOf(context.rollout())
                && !run.of().isFor(context.rollout(), key);
    }

    /**
     * Whether nothing is under way; what takes too long is stopped.
     *
     * @throws RouterException when it takes too long, and cannot be stopped
     */
    private boolean isFree(JobRuns.Look look, Job<?, ?> job) throws RouterException {
        JobRuns.UnderWay run = look.underWay();
        if (run == null) {
            return !started.isLeaving();
        }
        long end = run.since() + settings.timeout().toMillis();
        if (run.of() != null && run.of().isOf(context.rollout()) && now() >= end) {
            String late = "not done within " + Units.print(settings.timeout());
            target.stop(job, run, late);
            throw new RouterException(late + ", and stopped: " + run.shown());
        }
        return false;
    }

    private void start(Job<?, ?> job, Action action, Weight weight, String key) throws RouterException {
        RouterRun mark = new RouterRun(context.rollout(), key, action);
        String percent = weight.toString().replace("%", "");
        started = new StartedRun(target.start(
                job, target.parameters(action, percent, context.version(), context.rollout()), mark, context.owner()));
    }

    /** @param attempts so far */
    private static long pause(int attempts) {
        return PAUSES.pause(Math.max(0, attempts - 1), 0.5);
    }

    private long observeEvery() {
        return settings.observeEvery().toMillis();
    }

    private long now() {
        return context.clock().millis();
    }
}

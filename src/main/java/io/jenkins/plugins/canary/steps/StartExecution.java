package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.console.HyperlinkNote;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.rollouts.StartRefused;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Begins a rollout. Stepwise it waits until the first phase's weight was read back, and leaves the rest to the
 * pipeline; automatically it waits for the end.
 */
final class StartExecution extends CanaryExecution {
    private static final long serialVersionUID = 1L;

    private final PlanPlace place;
    private final String version;
    private final String name;
    private final AdvanceMode mode;

    StartExecution(StepContext context, PlanPlace place, String version, String name, AdvanceMode mode) {
        super(context);
        this.place = place;
        this.version = version;
        this.name = name;
        this.mode = mode;
    }

    @Override
    protected void open() throws Exception {
        Run<?, ?> build = build();
        String node = getContext().get(FlowNode.class).getId();
        Optional<RolloutRecord> earlier = RolloutsAction.of(build).flatMap(a -> a.getRollouts().stream()
                .filter(r -> r.getId().endsWith("-" + node))
                .findFirst());
        if (earlier.isPresent()) {
            Optional<LiveRollout> open =
                    RolloutManager.get().find(build, earlier.get().getId());
            if (open.isPresent()) {
                follow(open.get());
                return;
            }
            if (earlier.get().isEnded()) {
                ended(earlier.get());
                return;
            }
        }
        // What happens from here on must be found again by this very step.
        getContext().saveState().get(1, TimeUnit.MINUTES);
        CanaryPlan plan = plan();
        LiveRollout rollout;
        try {
            rollout = RolloutManager.get().begin(new StartRequest(build, plan, name, version, mode, node));
        } catch (StartRefused e) {
            throw new AbortException(e.getMessage());
        }
        say("[canary " + rollout.name() + "] " + HyperlinkNote.encodeTo("/" + build.getUrl() + "canary/", "gate page"));
        if (isOver()) {
            abandon(rollout);
            return;
        }
        follow(rollout);
    }

    private CanaryPlan plan() throws Exception {
        String text = place.read(getContext());
        PlanReader.Result result = PlanReader.check(text);
        if (result.plan() == null) {
            throw new AbortException(problems(text));
        }
        for (Problem warning : result.problems()) {
            say("[canary " + result.plan().name() + "] " + warning);
        }
        return result.plan();
    }

    private static String problems(String text) {
        try {
            return PlanReader.read(text).name();
        } catch (PlanException e) {
            return e.getMessage();
        }
    }

    @Override
    protected void look(LiveRollout rollout, RolloutState state) {
        if (state.isEnded() && !state.isPromoted()) {
            failEnded(rollout);
        } else if (state.isPromoted() || mode == AdvanceMode.STEPWISE && state.phase() >= 0 && state.intent() == null) {
            succeed(RolloutData.of(rollout));
        }
    }

    /** The step had come to its end when the controller stopped. */
    private void ended(RolloutRecord record) {
        if (!Outcome.PROMOTED.name().equals(record.getOutcome())) {
            failEnded(record);
            return;
        }
        succeed(RolloutData.of(record));
    }

    /**
     * An automatic rollout must not go on behind the back of a pipeline that was stopped: the plan's
     * {@code onBuildEnd} applies at once.
     */
    @Override
    public void stop(Throwable cause) throws Exception {
        LiveRollout rollout = followed();
        if (rollout != null) {
            RolloutManager.get().work(() -> abandon(rollout));
        }
        super.stop(cause);
    }

    private void abandon(LiveRollout rollout) {
        if (mode == AdvanceMode.STEPWISE) {
            return;
        }
        rollout.claimEnd();
        try {
            rollout.command(new Input.OwnerGone(null, "the pipeline was stopped"));
        } catch (CommandRefused ended) {
            // Nothing is left to be done.
        }
    }
}

package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.Util;
import hudson.console.HyperlinkNote;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.rollouts.StartRefused;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.kohsuke.stapler.DataBoundSetter;

/** A step with a plan and a version of its own. */
public abstract class PlanStep extends RolloutStep {
    private static final long serialVersionUID = 1L;

    private String yaml;
    private String version;

    /** Path in the workspace, or in the job's SCM when the step runs without one. */
    public abstract String getPlan();

    public String getYaml() {
        return yaml;
    }

    /** The plan itself, instead of {@code plan}. */
    @DataBoundSetter
    public void setYaml(String yaml) {
        this.yaml = Util.fixEmptyAndTrim(yaml) == null ? null : yaml;
    }

    public String getVersion() {
        return version;
    }

    /** What is rolled out: for people, for {@code {{version}}} in queries, and for routers that deploy it. */
    @DataBoundSetter
    public void setVersion(String version) {
        this.version = Util.fixEmptyAndTrim(version);
    }

    PlanPlace place() {
        return new PlanPlace(getPlan(), yaml);
    }

    /**
     * Begins a rollout. Stepwise it waits until the first phase's weight was read back, and leaves the rest to the
     * pipeline; automatically it waits for the end.
     */
    static final class StartExecution extends CanaryExecution {
        private static final long serialVersionUID = 1L;

        /** The causes of builds that were made of another one. */
        private static final Set<String> AGAIN = Set.of("RestartDeclarativePipelineCause", "ReplayCause");

        private final PlanStep step;
        private final AdvanceMode mode;

        StartExecution(StepContext context, PlanStep step, AdvanceMode mode) {
            super(context, step);
            this.step = step;
            this.mode = mode;
        }

        @Override
        protected void open() throws Exception {
            Run<?, ?> build = build();
            String node = getContext().get(FlowNode.class).getId();
            Optional<RolloutRecord> earlier = RolloutsAction.rolloutsOf(build).stream()
                    .filter(r -> r.getId().endsWith("-" + node))
                    .findFirst();
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
            saveState();
            CanaryPlan plan = plan();
            LiveRollout rollout;
            try {
                rollout = RolloutManager.get()
                        .begin(new StartRequest(build, plan, step.getRollout(), step.getVersion(), mode, node));
            } catch (StartRefused e) {
                throw new AbortException(e.getMessage());
            }
            say(rollout.name(), HyperlinkNote.encodeTo("/" + build.getUrl() + "canary/", "gate page"));
            for (String line : anew(build, earlierOf(build, rollout))) {
                say(rollout.name(), line + ": this is a new rollout, which begins with the first phase");
            }
            if (isOver()) {
                abandon(rollout);
                return;
            }
            follow(rollout);
        }

        private CanaryPlan plan() throws Exception {
            PlanReader.Result result = step.place().resolved(getContext());
            CanaryPlan plan = result.plan();
            if (plan == null) {
                throw new AbortException(new PlanException(result.problems()).getMessage());
            }
            for (Problem warning : result.problems()) {
                say(plan.name(), warning.toString());
            }
            for (PolicyAddition added : plan.policies()) {
                say(plan.name(), added.words());
            }
            return plan;
        }

        /** The rollout of the same name that the build ran before. */
        private static Optional<RolloutRecord> earlierOf(Run<?, ?> build, LiveRollout rollout) {
            return RolloutsAction.rolloutsOf(build).stream()
                    .filter(r -> r.isEnded() && r.getName().equals(rollout.name()))
                    .reduce((first, last) -> last);
        }

        /** What was before a rollout, that people may take it to go on with. */
        private static List<String> anew(Run<?, ?> build, Optional<RolloutRecord> earlier) {
            List<String> before = new ArrayList<>();
            origin(build, AGAIN).ifPresent(before::add);
            earlier.ifPresent(r -> before.add("This build's rollout before has ended, "
                    + r.getOutcome().toLowerCase(Locale.ROOT).replace('_', ' ')));
            return before;
        }

        @Override
        protected void look(LiveRollout rollout, RolloutState state) throws Exception {
            if (state.isEnded() || state.isPromoted()) {
                ended(rollout);
            } else if (mode == AdvanceMode.STEPWISE && state.phase() >= 0 && state.intent() == null) {
                begun(rollout.record().data());
            }
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
}

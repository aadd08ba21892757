package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.CanaryFailure;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code canaryRollback reason: '...'}: takes the canary back; does nothing when no rollout of the build is open. Without a
 * name every open one is meant.
 */
public final class CanaryRollbackStep extends RolloutStep {
    private static final long serialVersionUID = 1L;

    private String reason;

    @DataBoundConstructor
    public CanaryRollbackStep() {}

    public String getReason() {
        return reason;
    }

    @DataBoundSetter
    public void setReason(String reason) {
        this.reason = Util.fixEmptyAndTrim(reason);
    }

    @Override
    public StepExecution start(StepContext context) {
        return new Execution(context, this);
    }

    @Extension
    public static final class DescriptorImpl extends CanaryStepDescriptor {
        public DescriptorImpl() {
            super("canaryRollback", Messages._CanaryRollbackStep_displayName(), "reason", "rollout");
        }
    }

    /** Takes back what is open, one rollout after the other, and waits until each was read back at weight 0. */
    private static final class Execution extends CanaryExecution {
        private static final long serialVersionUID = 1L;

        private final CanaryRollbackStep step;
        private final ArrayList<LinkedHashMap<String, Object>> takenBack = new ArrayList<>();
        /** What this step waits for: the controller may go between such an end and the step's word on it. */
        private final ArrayList<String> ordered = new ArrayList<>();
        /** Rollouts that were to be taken back and ended otherwise, in sentences. */
        private final ArrayList<String> others = new ArrayList<>();

        Execution(StepContext context, CanaryRollbackStep step) {
            super(context, step);
            this.step = step;
        }

        @Override
        protected void open() throws Exception {
            String name = step.getRollout();
            List<LiveRollout> open = RolloutManager.get().openOf(build()).stream()
                    .filter(r -> name == null || r.name().equals(name))
                    .filter(r -> !r.isPromoted())
                    .toList();
            if (open.isEmpty()) {
                for (String id : List.copyOf(ordered)) {
                    Optional<RolloutRecord> ended = endedMeanwhile(id);
                    if (ended.isPresent()) {
                        ended.get().claimEnd();
                        takenBack(ended.get());
                    }
                }
                if (takenBack.isEmpty()) {
                    say(nothing(name));
                }
                finish();
                return;
            }
            for (LiveRollout rollout : open) {
                if (!ordered.contains(rollout.id())) {
                    ordered.add(rollout.id());
                }
            }
            // Before anything is ordered: the end may come before this step is written down again.
            saveState();
            for (LiveRollout rollout : open) {
                order(rollout);
            }
            follow(open.get(0));
        }

        private void takenBack(RolloutRecord record) {
            ordered.remove(record.getId());
            takenBack.add(record.data());
            if (!record.isTakenBack()) {
                others.add(CanaryFailure.of(record).getShortDescription());
            }
        }

        private void finish() {
            if (others.isEmpty()) {
                succeed(takenBack);
            } else {
                fail(new StepFailure("not rolled back: " + String.join("; ", others), takenBack));
            }
        }

        /** All at once: the second must not wait for the first one's router. */
        private void order(LiveRollout rollout) throws Exception {
            RolloutState state = rollout.state();
            if (state != null && (state.isEnded() || state.isRollingBack())) {
                return;
            }
            String why = step.reason == null ? "the pipeline said so" : step.reason;
            try {
                rollout.orderRollBack(new Input.RollBack(StartRequest.pipeline(build()), why));
            } catch (CommandRefused e) {
                say(rollout.name(), e.getMessage());
            }
        }

        private String nothing(String name) throws Exception {
            RolloutRecord last =
                    RolloutsAction.of(build()).flatMap(a -> a.last(name)).orElse(null);
            if (last == null) {
                return "[canary] Nothing to roll back: this build has no open rollout"
                        + (name == null ? "" : " " + name);
            }
            String why;
            if (last.isEnded()) {
                String outcome = last.getOutcome().toLowerCase(Locale.ROOT).replace('_', ' ');
                why = "the rollout has ended, " + outcome + ": " + last.getReason();
            } else {
                Optional<LiveRollout> open = RolloutManager.get().find(build(), last.getId());
                why = open.map(LiveRollout::isPromoted).orElse(false)
                        ? "the new version is promoted and on watch; the gate page can take it back"
                        : "the rollout never began; its router was asked for nothing";
            }
            return "[canary " + last.getName() + "] Nothing to roll back: " + why;
        }

        @Override
        protected Collection<String> rollouts() {
            return takenBack.stream().map(data -> (String) data.get("rollout")).toList();
        }

        @Override
        protected void look(LiveRollout rollout, RolloutState state) throws Exception {
            if (!state.isEnded()) {
                order(rollout);
                return;
            }
            rollout.claimEnd();
            takenBack(rollout.record());
            unfollow();
            open();
        }
    }
}

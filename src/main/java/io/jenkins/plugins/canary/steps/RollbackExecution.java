package io.jenkins.plugins.canary.steps;

import io.jenkins.plugins.canary.engine.rollout.Input;
import io.jenkins.plugins.canary.engine.rollout.Input.CommandRefused;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.rollouts.LiveRollout;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.jenkins.plugins.canary.rollouts.StartRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Takes back what is open, one rollout after the other, and waits until each was read back at weight 0. */
final class RollbackExecution extends CanaryExecution {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String reason;
    private final ArrayList<LinkedHashMap<String, Object>> takenBack = new ArrayList<>();
    /** What this step waits for: the controller may go between such an end and the step's word on it. */
    private final ArrayList<String> ordered = new ArrayList<>();

    RollbackExecution(StepContext context, String name, String reason) {
        super(context);
        this.name = name;
        this.reason = reason;
    }

    @Override
    protected void open() throws Exception {
        List<LiveRollout> open = RolloutManager.get().openOf(build()).stream()
                .filter(r -> name == null || r.name().equals(name))
                .filter(r -> !r.isPromoted())
                .toList();
        if (open.isEmpty()) {
            for (String id : List.copyOf(ordered)) {
                endedMeanwhile(id).ifPresent(this::ended);
            }
            if (takenBack.isEmpty()) {
                say(nothing());
            }
            succeed(takenBack);
            return;
        }
        for (LiveRollout rollout : open) {
            if (!ordered.contains(rollout.id())) {
                ordered.add(rollout.id());
            }
        }
        // Before anything is ordered: the end may come before this step is written down again.
        getContext().saveState().get(1, TimeUnit.MINUTES);
        for (LiveRollout rollout : open) {
            order(rollout);
        }
        follow(open.get(0));
    }

    private void ended(RolloutRecord record) {
        record.claimEnd();
        ordered.remove(record.getId());
        takenBack.add(RolloutData.of(record));
    }

    /** All at once: the second must not wait for the first one's router. */
    private void order(LiveRollout rollout) throws Exception {
        RolloutState state = rollout.state();
        if (state != null && (state.isEnded() || state.isRollingBack())) {
            return;
        }
        try {
            rollout.orderRollBack(new Input.RollBack(StartRequest.by(build()), reason));
        } catch (CommandRefused e) {
            say("[canary " + rollout.name() + "] " + e.getMessage());
        }
    }

    private String nothing() throws Exception {
        Optional<RolloutRecord> last = RolloutsAction.of(build()).flatMap(a -> a.last(name));
        if (last.isPresent() && !last.get().isEnded()) {
            boolean promoted = RolloutManager.get()
                    .find(build(), last.get().getId())
                    .map(LiveRollout::isPromoted)
                    .orElse(false);
            return "[canary " + last.get().getName() + "] Nothing to roll back: "
                    + (promoted
                            ? "the new version is promoted and on watch; the gate page can take it back"
                            : "the rollout never began; its router was asked for nothing");
        }
        return last.map(r -> "[canary " + r.getName() + "] Nothing to roll back: the rollout has ended, "
                        + String.valueOf(r.getOutcome())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', ' ') + ": " + r.getReason())
                .orElse("[canary] Nothing to roll back: this build has no open rollout"
                        + (name == null ? "" : " " + name));
    }

    @Override
    protected void look(LiveRollout rollout, RolloutState state) throws Exception {
        if (!state.isEnded()) {
            order(rollout);
            return;
        }
        rollout.claimEnd();
        ordered.remove(rollout.id());
        takenBack.add(RolloutData.of(rollout));
        unfollow();
        open();
    }
}

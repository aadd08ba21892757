package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoRolloutStatus.Phase;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen of a Rollout, and what it means. A decision of somebody else (an abort, a manual pause, another image) is
 * told, never fought.
 *
 * @param name of the Rollout, for people
 * @param blueGreen null with the strategy canary
 * @param active what users get with blueGreen
 */
record ArgoView(
        String name,
        ArgoRolloutStatus state,
        CanarySteps steps,
        BlueGreen blueGreen,
        ActiveVersion active,
        TrialTemplate.Now template) {

    /** Why the Rollout cannot be at this weight; null when it can. */
    String refusal(Weight weight) {
        return blueGreen == null ? steps.refusal(weight) : blueGreen.refusal(weight);
    }

    /** Users get the version under trial, by a switch. */
    boolean switched() {
        return blueGreen != null && state.weight().equals(Weight.FULL);
    }

    Observation observation() {
        List<String> warnings = new ArrayList<>();
        if (template.replaced()) {
            warnings.add(switched() ? replacedAfterTheSwitch() : template.replacedWarning());
            return seen(switched() ? Weight.FULL : Weight.ZERO, state.observed(), false, warnings);
        }
        if (!state.routed() && template.trying() && !state.promoted()) {
            warnings.add(
                    "the Rollout has no trafficRouting: its weight is a share of the pods, rounded up to whole ones");
        }
        if (template.trying()) {
            if (state.atRest()) {
                return seen(Weight.FULL, true, promotionIsWanted(), warnings);
            }
            boolean left = out()
                    && !(template.restorable() && template.trial().wanted().isZero());
            if (left) {
                warnings.add("the Rollout is aborted, and its template still holds " + template.image()
                        + "; kubectl argo rollouts undo " + name + " puts back the one before");
            }
            return seen(state.weight(), stands() || left, false, warnings);
        }
        if (template.restored()) {
            return seen(state.weight(), state.atRest() && state.inForce(), false, warnings);
        }
        return seen(state.weight(), state.phase() != Phase.PROGRESSING && state.inForce(), false, warnings);
    }

    private Observation seen(Weight weight, boolean settled, boolean promoted, List<String> warnings) {
        String detail = state.phase() == Phase.HEALTHY
                ? ""
                : state.phase().word()
                        + (state.message().isEmpty() ? "" : ": " + state.message())
                        + (state.step() < steps.size()
                                ? " (step " + (state.step() + 1) + " of " + steps.size() + ")"
                                : "");
        return new Observation(weight, settled, promoted, null, detail, warnings);
    }

    /** Users still get the version under trial, and what comes next is somebody else's. */
    String replacedAfterTheSwitch() {
        return "somebody has put the image " + template.image() + " into " + name + " while users get " + active.image()
                + ": kubectl argo rollouts undo " + name + " goes back by hand";
    }

    /** A switch makes the new version Argo's stable one, and is the phase of weight 100 here: the promotion is another wish. */
    private boolean promotionIsWanted() {
        return blueGreen == null || template.trial().stage() == Trial.Stage.PROMOTING;
    }

    /** It stands still at a weight in force, and not at one that it only passes on its way up. */
    private boolean stands() {
        if (blueGreen != null) {
            return switched() && state.observed() && !state.aborted();
        }
        return state.phase() == Phase.PAUSED
                && state.pausedAtStep()
                && steps.standsStill(state.step())
                && state.inForce()
                && state.weight().equals(steps.at(state.step()))
                && state.weight().compareTo(template.trial().wanted()) >= 0;
    }

    /** Aborted, and nothing goes to the canary any more. */
    boolean out() {
        return state.observed() && state.aborted() && state.weight().isZero() && state.inForce();
    }

    /** Refuses to undo what was there before the rollout, when nobody knows what was there before that. */
    void requireImageOfBefore() throws RouterException {
        if (template.trial().from().equals(template.trial().to())) {
            throw RouterException.permanent(name + " held " + template.image()
                    + " before this rollout began, so the image of before is not known: kubectl argo rollouts undo "
                    + name
                    + " puts it back");
        }
    }

    /** Refuses to go on against what somebody else, or an analysis, has decided. */
    void requireNotStopped() throws RouterException {
        if (state.aborted()) {
            throw RouterException.permanent(name + " was aborted: " + state.message());
        }
        if (state.manuallyPaused()) {
            throw new RouterException(
                    "somebody has paused " + name + "; kubectl argo rollouts promote " + name + " lets it go on");
        }
        if (state.inconclusive()) {
            throw new RouterException("an analysis of " + name + " was inconclusive, so a person must decide: kubectl"
                    + " argo rollouts promote " + name + ", or abort");
        }
    }
}

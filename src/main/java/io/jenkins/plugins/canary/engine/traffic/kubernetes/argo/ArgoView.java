package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoRolloutStatus.Phase;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * What was seen of a Rollout, and what it means. A decision of somebody else (an abort, a manual pause, another image) is
 * told, never fought.
 *
 * @param name of the Rollout, for people
 */
record ArgoView(String name, ArgoRolloutStatus state, CanarySteps steps, TrialTemplate.Now template) {

    Observation observation() {
        List<String> warnings = new ArrayList<>();
        if (template.replaced()) {
            warnings.add(template.replacedWarning());
            return seen(Weight.ZERO, state.observed(), false, warnings);
        }
        if (!state.routed() && template.trying() && !state.promoted()) {
            warnings.add(
                    "the Rollout has no trafficRouting: its weight is a share of the pods, rounded up to whole ones");
        }
        if (template.trying()) {
            if (state.atRest()) {
                return seen(Weight.FULL, true, true, warnings);
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

    /** It stands still at a weight in force, and not at one that it only passes on its way up. */
    private boolean stands() {
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

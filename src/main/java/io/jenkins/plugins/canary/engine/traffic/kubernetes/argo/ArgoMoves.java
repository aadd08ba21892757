package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.argo.ArgoRolloutStatus.Phase;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Rollout's state means, and what to do next: pure functions of what was seen, so that it does not matter who
 * took the step before. A decision of somebody else (an abort, a manual pause, another image) is told, never fought.
 *
 * @param name of the Rollout, for people
 */
record ArgoMoves(String name, ArgoRolloutStatus state, CanarySteps steps, TrialTemplate.Now template) {

    Observation observation() {
        List<String> warnings = new ArrayList<>();
        if (template.replaced()) {
            warnings.add("somebody has put the image " + template.image() + " where "
                    + template.trial().to() + " was under trial: this rollout's version gets no requests any more");
            return seen(Weight.ZERO, state.observed(), false, warnings);
        }
        if (!state.routed() && template.trying() && !state.promoted()) {
            warnings.add(
                    "the Rollout has no trafficRouting: its weight is a share of the pods, rounded up to whole ones");
        }
        if (template.trying()) {
            boolean promoted = state.promoted() && state.phase() == Phase.HEALTHY;
            if (promoted) {
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
            return seen(
                    state.weight(),
                    state.promoted() && state.phase() == Phase.HEALTHY && state.inForce(),
                    false,
                    warnings);
        }
        return seen(state.weight(), state.phase() != Phase.PROGRESSING && state.inForce(), false, warnings);
    }

    private Observation seen(Weight weight, boolean settled, boolean promoted, List<String> warnings) {
        String detail = state.phase() == Phase.HEALTHY
                ? ""
                : state.phase().name().toLowerCase(java.util.Locale.ROOT)
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
    private boolean out() {
        return state.observed() && state.aborted() && state.weight().isZero() && state.inForce();
    }

    /**
     * @param weight more than zero
     */
    ArgoMove shift(Weight weight) {
        String refusal = steps.refusal(weight);
        if (refusal != null) {
            return new ArgoMove.Refuse(refusal, true);
        }
        if (template.replaced()) {
            return new ArgoMove.Refuse("somebody has put the image " + template.image() + " into " + name, true);
        }
        if (!state.observed() || state.unpausing()) {
            return new ArgoMove.Wait(state.message());
        }
        return template.trying() ? go(weight) : begin();
    }

    private ArgoMove begin() {
        if (state.promoted() && state.phase() == Phase.HEALTHY) {
            return template.image().equals(template.wanted())
                    ? new ArgoMove.Refuse(name + " runs " + template.image() + " already, as its stable version", true)
                    : new ArgoMove.SetImage();
        }
        if (state.aborted() && state.weight().isZero()) {
            return template.image().equals(template.wanted()) ? new ArgoMove.Retry() : new ArgoMove.SetImage();
        }
        if (template.image().equals(template.wanted()) && state.weight().isZero()) {
            return new ArgoMove.SetImage();
        }
        boolean ours = template.trial() != null;
        return new ArgoMove.Refuse(
                name + " is in the midst of " + (ours ? "going back" : "another release") + ", "
                        + template.image() + " (" + state.phase().name().toLowerCase(java.util.Locale.ROOT) + ", "
                        + state.message() + "); wait for its end",
                !ours);
    }

    private ArgoMove go(Weight weight) {
        if (state.promoted()) {
            return new ArgoMove.Refuse(name + " has made " + template.image() + " its stable version already", true);
        }
        if (stopped() != null) {
            return stopped();
        }
        int stop = steps.stop(weight, state.step()).orElseThrow();
        if (stop < state.step()) {
            return new ArgoMove.BackTo(steps.opening(stop));
        }
        return state.pausedAtStep() && state.step() < stop
                ? new ArgoMove.Promote()
                : new ArgoMove.Wait(state.message());
    }

    /** What somebody else, or an analysis, has decided; null when nobody has. */
    private ArgoMove.Refuse stopped() {
        if (state.aborted()) {
            return new ArgoMove.Refuse(name + " was aborted: " + state.message(), true);
        }
        if (state.manuallyPaused()) {
            return new ArgoMove.Refuse(
                    "somebody has paused " + name + "; kubectl argo rollouts promote " + name + " lets it go on",
                    false);
        }
        return state.inconclusive()
                ? new ArgoMove.Refuse(
                        "an analysis of " + name + " was inconclusive, so a person must decide: kubectl argo"
                                + " rollouts promote " + name + ", or abort",
                        false)
                : null;
    }

    ArgoMove promote() {
        if (!template.trying()) {
            return new ArgoMove.Refuse(
                    name + " no longer holds the version under trial, but " + template.image(), true);
        }
        if (!state.observed() || state.unpausing() || state.promoted()) {
            return new ArgoMove.Wait(state.message());
        }
        if (stopped() != null) {
            return stopped();
        }
        return state.pausedAtStep() ? new ArgoMove.Promote() : new ArgoMove.Wait(state.message());
    }

    /** An abort takes effect at once, so it comes before everything else. */
    ArgoMove rollBack() {
        if (template.trying()) {
            if (state.observed() && state.promoted()) {
                return new ArgoMove.Undo();
            }
            if (!state.aborted()) {
                return new ArgoMove.Abort();
            }
            return out() && template.restorable() ? new ArgoMove.Undo() : new ArgoMove.Wait(state.message());
        }
        if (template.restored()) {
            boolean promoting = state.observed() && !state.promoted() && !state.promotingFully();
            return promoting ? new ArgoMove.PromoteFull() : new ArgoMove.Wait(state.message());
        }
        boolean others = template.trial() == null && !state.promoted() && !state.aborted();
        return others ? new ArgoMove.Abort() : new ArgoMove.Wait(state.message());
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerState.Phase;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import java.util.ArrayList;
import java.util.List;

/**
 * What a Canary's state means, and what to do next: pure functions of what was seen. The driver itself only sets the
 * image and notes what is wanted; every move of traffic is Flagger's, once {@link FlaggerGate} lets it.
 */
record FlaggerMoves(String name, FlaggerState state) {

    sealed interface Move {
        /** Puts the version into the target Deployment. */
        record Begin() implements Move {}

        /** Notes what is wanted, for the gate. */
        record Note(Trial trial) implements Move {}

        /** Puts the image of before back into the target Deployment. */
        record Restore() implements Move {}

        record Wait() implements Move {}

        record Refuse(String why, boolean permanent) implements Move {}
    }

    Observation observation() {
        List<String> warnings = new ArrayList<>();
        if (state.template().replaced()) {
            warnings.add("somebody has put the image " + state.template().image() + " where "
                    + state.template().trial().to()
                    + " was under trial: this rollout's version gets no requests any more");
            return seen(0, state.phase() != Phase.PROMOTING, false, warnings);
        }
        if (state.trying()) {
            return trying(warnings);
        }
        if (state.takingBack()) {
            return seen(100 - state.weight(), false, false, warnings);
        }
        return seen(state.weight(), state.phase().atRest(), false, warnings);
    }

    private Observation trying(List<String> warnings) {
        Trial trial = state.template().trial();
        if (state.promoted() && state.phase() == Phase.SUCCEEDED) {
            return seen(100, true, true, warnings);
        }
        return switch (state.phase()) {
            case PROGRESSING, WAITINGPROMOTION ->
                seen(
                        state.weight(),
                        state.weight() * 10 >= trial.wanted().tenths()
                                && !trial.wanted().isZero(),
                        false,
                        warnings);
            case FAILED -> {
                boolean certain =
                        trial.stage() != Trial.Stage.BEGUN && !trial.wanted().isZero();
                if (certain) {
                    warnings.add("Flagger has ended the release of " + trial.to() + " as failed"
                            + (state.says().isEmpty() ? "" : ": " + state.says()));
                }
                yield seen(state.weight(), certain, false, warnings);
            }
            default -> seen(state.weight(), false, false, warnings);
        };
    }

    private Observation seen(int percent, boolean settled, boolean promoted, List<String> warnings) {
        return new Observation(Weight.ofPercent(percent), settled, promoted, null, state.detail(), warnings);
    }

    /** Why Flagger cannot stand still at this weight; null when it can. */
    static String refusal(FlaggerSteps steps, Weight weight) {
        boolean known = weight.tenths() % 10 == 0 && steps.all().contains(weight.tenths() / 10);
        return weight.isZero() || known
                ? null
                : "Flagger does not stop at " + weight + ", but at " + steps.all() + " percent; write"
                        + " spec.analysis.stepWeights: [the weights of the phases] into the Canary, without stepWeight and"
                        + " maxWeight, or change the phase";
    }

    /**
     * @param weight more than zero
     */
    Move shift(Weight weight) {
        String refusal = refusal(state.steps(), weight);
        if (refusal != null) {
            return new Move.Refuse(refusal, true);
        }
        if (state.template().replaced()) {
            return new Move.Refuse(
                    "somebody has put the image " + state.template().image() + " into the target of " + name, true);
        }
        return state.trying() ? go(weight) : begin();
    }

    private Move begin() {
        if (state.template().restored() && state.promoted() || !state.phase().atRest()) {
            boolean first = state.template().trial() == null;
            return new Move.Refuse(
                    name + " is in the midst of "
                            + (state.phase() == Phase.INITIALIZING ? "its initialisation" : "another release") + " ("
                            + state.detail() + "); wait for its end",
                    first && state.phase() != Phase.INITIALIZING);
        }
        if (state.primaryImage().equals(state.template().wanted())) {
            return new Move.Refuse(name + "'s primary runs " + state.primaryImage() + " already", true);
        }
        if (state.phase() == Phase.FAILED
                && state.template().image().equals(state.template().wanted())) {
            return new Move.Refuse(
                    "Flagger has ended the release of " + state.template().image() + " as failed, and does"
                            + " not begin again with what it knows; put " + state.primaryImage()
                            + " back into the target of "
                            + name + " first",
                    true);
        }
        // The version that failed, put in again before Flagger saw it gone, would be no change to Flagger.
        boolean tooSoon = state.phase() == Phase.FAILED
                && !state.caughtUp()
                && state.template().image().equals(state.primaryImage());
        return tooSoon ? new Move.Wait() : new Move.Begin();
    }

    private Move go(Weight weight) {
        Trial trial = state.template().trial();
        if (state.phase() == Phase.FAILED && trial.stage() != Trial.Stage.BEGUN) {
            return new Move.Refuse(
                    "Flagger has ended the release of " + trial.to() + " as failed: " + state.says(), true);
        }
        if (state.promoted() || state.phase() == Phase.PROMOTING || state.phase() == Phase.FINALISING) {
            return new Move.Refuse(name + " makes " + trial.to() + " its primary already", true);
        }
        if (weight.tenths() < state.weight() * 10) {
            return new Move.Refuse(
                    "Flagger cannot give a canary less than the " + state.weight() + "% that it has; roll it back",
                    true);
        }
        boolean moving = state.phase() == Phase.PROGRESSING || state.phase() == Phase.WAITINGPROMOTION;
        Trial wanted = trial.wanting(weight).at(moving ? Trial.Stage.RUNNING : trial.stage());
        return wanted.equals(trial) ? new Move.Wait() : new Move.Note(wanted);
    }

    Move promote() {
        if (!state.trying()) {
            return new Move.Refuse(
                    "the target of " + name + " no longer holds the version under trial, but "
                            + state.template().image(),
                    true);
        }
        Trial trial = state.template().trial();
        if (state.phase() == Phase.FAILED && trial.stage() != Trial.Stage.BEGUN) {
            return new Move.Refuse(
                    "Flagger has ended the release of " + trial.to() + " as failed: " + state.says(), true);
        }
        return trial.stage() == Trial.Stage.PROMOTING
                ? new Move.Wait()
                : new Move.Note(trial.wanting(Weight.FULL).at(Trial.Stage.PROMOTING));
    }

    Move rollBack() {
        if (!state.trying()) {
            boolean others = state.template().trial() == null && state.phase().underAnalysis();
            return others
                    ? new Move.Refuse(
                            "the release under way in " + name + " is not this rollout's; put the image "
                                    + state.primaryImage() + " back into its target to end it",
                            true)
                    : new Move.Wait();
        }
        Trial trial = state.template().trial();
        return switch (state.phase()) {
            case PROMOTING, FINALISING -> new Move.Wait();
            case WAITING, PROGRESSING, WAITINGPROMOTION -> {
                if (!trial.wanted().isZero()) {
                    yield new Move.Note(trial.wanting(Weight.ZERO).at(Trial.Stage.RUNNING));
                }
                // Flagger asks no gate while the canary's pods are not ready; with the image of before they will be,
                // and serve what the primary serves until the gate is asked.
                yield state.canaryReady() || state.weight() == 0 ? new Move.Wait() : new Move.Restore();
            }
            default -> new Move.Restore();
        };
    }
}

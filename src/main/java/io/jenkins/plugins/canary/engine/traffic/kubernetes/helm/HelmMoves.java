package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import java.util.List;

/** What a release's state means, and what to do next: pure functions of what was seen. */
record HelmMoves(HelmSettings settings, HelmState state) {

    sealed interface Move {
        /** {@code helm upgrade --reuse-values}, with these values and our record, if there is one. */
        record Upgrade(ObjectNode values, HelmTrial trial) implements Move {}

        /** {@code helm rollback} to a revision. */
        record Rollback(int revision) implements Move {}

        record Wait() implements Move {}

        record Refuse(String why, boolean permanent) implements Move {}
    }

    Observation observation() {
        if (state.pending() || !state.deployed()) {
            return seen(false, false, "revision " + state.revision() + " is " + state.status());
        }
        if (state.stableIsNew()) {
            return state.enabled()
                    ? seen(
                            false,
                            false,
                            "the stable version is updated: " + state.pods().progress())
                    : new Observation(
                            Weight.FULL,
                            state.pods().ready(),
                            state.pods().ready(),
                            null,
                            state.pods().progress(),
                            List.of());
        }
        // Enabled without any requests is a canary on its way: up, or out.
        boolean settled =
                !state.enabled() || !state.weight().isZero() && state.pods().ready();
        return seen(settled, false, state.pods().progress());
    }

    private Observation seen(boolean settled, boolean promoted, String detail) {
        return new Observation(
                state.enabled() ? state.weight() : Weight.ZERO, settled, promoted, null, detail, List.of());
    }

    /**
     * @param weight more than zero
     * @param begin the record of a rollout that begins now
     */
    Move shift(Weight weight, HelmTrial begin) {
        String refusal = settings.refusal(weight);
        if (refusal != null) {
            return new Move.Refuse(refusal, true);
        }
        if (state.pending()) {
            return busy();
        }
        return state.trial() != null ? go(weight) : begin(begin);
    }

    private Move begin(HelmTrial begin) {
        if (state.tag().equals(begin.to())) {
            return new Move.Refuse(
                    "the release has " + begin.to() + " as its stable version already ("
                            + settings.keys().tag() + ")",
                    true);
        }
        if (state.enabled() && !state.weight().isZero()) {
            return new Move.Refuse(
                    "the release has a canary already, " + state.canaryTag() + " with " + state.weight(), true);
        }
        return state.deployed()
                ? new Move.Upgrade(values(true, Weight.ZERO, begin.to(), null), begin)
                : new Move.Refuse(
                        "the release is " + state.status() + " since " + state.since() + "; put it in order first",
                        true);
    }

    private Move go(Weight weight) {
        if (!state.enabled() || !state.canaryTag().equals(state.trial().to())) {
            return new Move.Refuse(
                    state.enabled()
                            ? "somebody has put the version " + state.canaryTag() + " where "
                                    + state.trial().to() + " was under trial"
                            : "somebody has disabled the canary of the release",
                    true);
        }
        if (state.stableIsNew()) {
            return new Move.Refuse("the release makes " + state.trial().to() + " its stable version already", true);
        }
        if (!state.deployed()) {
            return new Move.Upgrade(values(true, state.weight(), state.trial().to(), null), state.trial());
        }
        if (!state.pods().runVersion() || !state.pods().runOther()) {
            return new Move.Refuse(
                    state.pods().runVersion()
                            ? "every Deployment of the release runs "
                                    + state.trial().to() + ": the chart has no canary beside the"
                                    + " stable version, or reads both from "
                                    + settings.keys().canaryTag()
                            : "no Deployment of the release runs "
                                    + state.trial().to() + " although "
                                    + settings.keys().canaryTag()
                                    + " says so; which value does the chart read? Name it with"
                                    + " values: { canaryTag: ... }",
                    true);
        }
        if (!state.pods().ready()) {
            return new Move.Wait();
        }
        return state.weight().equals(weight)
                ? new Move.Wait()
                : new Move.Upgrade(values(true, weight, state.trial().to(), null), state.trial());
    }

    Move promote() {
        if (state.pending()) {
            return busy();
        }
        if (state.trial() == null || !state.trying() && !state.stableIsNew()) {
            return new Move.Refuse(
                    "the release no longer has the version under trial, but the canary " + state.canaryTag()
                            + " and the stable " + state.tag(),
                    true);
        }
        HelmTrial trial = state.trial();
        if (!state.stableIsNew() || !state.deployed()) {
            return new Move.Upgrade(values(state.enabled(), state.weight(), trial.to(), trial.to()), trial);
        }
        if (!state.pods().ready() || !state.enabled()) {
            return new Move.Wait();
        }
        return new Move.Upgrade(
                state.weight().isZero()
                        ? values(false, Weight.ZERO, "", trial.to())
                        : values(true, Weight.ZERO, trial.to(), trial.to()),
                trial);
    }

    /** The requests first; then everything, to the revision before where that takes back nobody else's work. */
    Move rollBack() {
        if (state.pending()) {
            return busy();
        }
        boolean out = !state.enabled() && !state.stableIsNew();
        if (out && state.deployed()) {
            return new Move.Wait();
        }
        if (state.enabled() && !state.weight().isZero() && state.deployed()) {
            return new Move.Upgrade(values(true, Weight.ZERO, null, null), state.trial());
        }
        return lastResort();
    }

    /** What takes the canary out in one go; a rollback needs no chart. */
    Move lastResort() {
        if (state.trial() != null && state.onlyOurs()) {
            return new Move.Rollback(state.trial().before());
        }
        String tag = state.stableIsNew() ? state.trial().from() : null;
        HelmTrial trial = state.trial() == null ? null : state.trial().takenBack();
        return new Move.Upgrade(values(false, Weight.ZERO, trial == null ? null : "", tag), trial);
    }

    private Move busy() {
        return new Move.Refuse(
                "revision " + state.revision() + " of the release is " + state.status() + " since "
                        + state.since()
                        + ": another helm is at work. If none is, it was ended in the midst: helm rollback "
                        + settings.release() + " puts the release in order",
                false);
    }

    /** Null leaves a version as it is. */
    private ObjectNode values(boolean enabled, Weight weight, String canaryTag, String tag) {
        ValueKeys keys = settings.keys();
        ObjectNode values = Cluster.JSON.createObjectNode();
        ValueKeys.with(values, keys.enabled(), enabled);
        ValueKeys.with(values, keys.weight(), weight.tenths() / 10);
        if (canaryTag != null) {
            ValueKeys.with(values, keys.canaryTag(), canaryTag);
        }
        return tag == null ? values : ValueKeys.with(values, keys.tag(), tag);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.HelmSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmDriver.ValueKeys;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmRelease.Helm;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmState.HelmTrial;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.List;
import java.util.function.Function;

/** Moves traffic by the values of a release, one revision a step, decided by what was seen of it alone. */
final class HelmRouter implements TrafficRouter {

    private final HelmRelease release;
    private final HelmSettings settings;
    private final RouterContext context;
    private final Function<KubeObject, CanaryHealth> health;
    private final Runnable closing;

    /**
     * @param health what the pods of a Deployment say
     * @param closing run when the router is closed
     * @throws RouterException permanent when there is no such release, or its chart is another; only a chart that is here is looked at
     */
    HelmRouter(
            Helm helm,
            HelmSettings settings,
            RouterContext context,
            Function<KubeObject, CanaryHealth> health,
            Runnable closing)
            throws RouterException {
        this.release = new HelmRelease(helm, settings, context.rollout());
        this.settings = settings;
        this.context = context;
        this.health = health;
        this.closing = closing;
        release.requireSameChart();
    }

    @Override
    public Observation observe() throws RouterException {
        HelmState state = release.read();
        Weight weight = state.enabled() ? state.weight() : Weight.ZERO;
        String progress = state.pods().progress();
        if (!state.deployed()) {
            return Observation.of(weight, false, "revision " + state.revision() + " is " + state.status(), List.of());
        }
        if (state.stableIsNew()) {
            boolean ready = state.pods().ready();
            return state.enabled()
                    ? Observation.of(weight, false, "the stable version is updated: " + progress, List.of())
                    : Observation.of(Weight.FULL, ready, progress, List.of()).asPromoted(ready);
        }
        // Enabled without any requests is a canary on its way: up, or out.
        boolean settled =
                !state.enabled() || !state.weight().isZero() && state.pods().ready();
        Observation seen = Observation.of(weight, settled, progress, List.of());
        KubeObject canary = state.pods().canary();
        return weight.isZero() || canary == null ? seen : seen.withHealth(health.apply(canary));
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        if (weight.isZero()) {
            rollBack();
            return;
        }
        HelmState state = release.read();
        String refusal = settings.refusal(weight);
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        requireNobodyAtWork(state);
        if (state.trial() == null) {
            begin(state);
        } else {
            go(state, weight);
        }
    }

    private void begin(HelmState state) throws RouterException {
        String version = context.version();
        if (state.tag().equals(version)) {
            throw RouterException.permanent("the release has " + version + " as its stable version already ("
                    + settings.keys().tag() + ")");
        }
        if (state.enabled() && !state.weight().isZero()) {
            throw RouterException.permanent(
                    "the release has a canary already, " + state.canaryTag() + " with " + state.weight());
        }
        if (!state.deployed()) {
            throw RouterException.permanent(
                    "the release is " + state.status() + " since " + state.since() + "; put it in order first");
        }
        HelmTrial begun =
                new HelmTrial(context.rollout(), context.owner(), state.revision(), state.tag(), version, false);
        release.upgrade(values(state, true, Weight.ZERO, version, null), begun);
    }

    private void go(HelmState state, Weight weight) throws RouterException {
        String version = state.trial().to();
        if (!state.trying()) {
            throw RouterException.permanent(
                    state.enabled()
                            ? "somebody has put the version " + state.canaryTag() + " where " + version
                                    + " was under trial"
                            : "somebody has disabled the canary of the release");
        }
        if (state.stableIsNew()) {
            throw RouterException.permanent("the release makes " + version + " its stable version already");
        }
        if (!state.deployed()) {
            release.upgrade(values(state, true, state.weight(), version, null), state.trial());
            return;
        }
        String key = settings.keys().canaryTag();
        if (!state.pods().runVersion()) {
            throw RouterException.permanent("no Deployment of the release runs " + version + " although " + key
                    + " says so; which value does the chart read? Name it with values: { canaryTag: ... }");
        }
        if (!state.pods().runOther()) {
            throw RouterException.permanent("every Deployment of the release runs " + version
                    + ": the chart has no canary beside the stable version, or reads both from " + key);
        }
        if (state.pods().ready() && !state.weight().equals(weight)) {
            release.upgrade(values(state, true, weight, version, null), state.trial());
        }
    }

    @Override
    public void promote(String version) throws RouterException {
        HelmState state = release.read();
        requireNobodyAtWork(state);
        if (!state.trying() && !state.stableIsNew()) {
            throw RouterException.permanent("the release no longer has the version under trial, but the canary "
                    + state.canaryTag() + " and the stable " + state.tag());
        }
        HelmTrial trial = state.trial();
        if (!state.stableIsNew() || !state.deployed()) {
            release.upgrade(values(state, state.enabled(), state.weight(), trial.to(), trial.to()), trial);
        } else if (state.pods().ready() && state.enabled()) {
            boolean out = state.weight().isZero();
            release.upgrade(values(state, !out, Weight.ZERO, out ? "" : trial.to(), trial.to()), trial);
        }
    }

    /** The requests first; then everything, to the revision before where that takes back nobody else's work. */
    @Override
    public void rollBack() throws RouterException {
        HelmState state = release.read();
        requireNobodyAtWork(state);
        if (!state.enabled() && !state.stableIsNew() && state.deployed()) {
            return;
        }
        boolean goesBack = state.trial() != null && state.onlyOurs();
        if (state.enabled() && !state.weight().isZero() && state.deployed()) {
            try {
                release.upgrade(values(state, true, Weight.ZERO, null, null), state.trial());
            } catch (RouterException e) {
                if (!goesBack) {
                    throw e;
                }
                // the chart may be gone; going back to a revision needs none
                release.rollback(state.trial().before());
            }
        } else if (goesBack) {
            release.rollback(state.trial().before());
        } else {
            String tag = state.stableIsNew() ? state.trial().from() : null;
            HelmTrial trial = state.trial() == null ? null : state.trial().takenBack();
            release.upgrade(values(state, false, Weight.ZERO, trial == null ? null : "", tag), trial);
        }
    }

    private void requireNobodyAtWork(HelmState state) throws RouterException {
        if (state.pending()) {
            throw new RouterException("revision " + state.revision() + " of the release is " + state.status()
                    + " since " + state.since()
                    + ": another helm is at work. If none is, it was ended in the midst: helm rollback "
                    + settings.release() + " puts the release in order");
        }
    }

    /** Null leaves a version as it is. */
    private ObjectNode values(HelmState state, boolean enabled, Weight weight, String canaryTag, String tag)
            throws RouterException {
        ValueKeys keys = settings.keys();
        ObjectNode values = Cluster.JSON.createObjectNode();
        ValueKeys.with(values, state.values(), keys.enabled(), enabled);
        ValueKeys.with(values, state.values(), keys.weight(), weight.tenths() / 10);
        if (canaryTag != null) {
            ValueKeys.with(values, state.values(), keys.canaryTag(), canaryTag);
        }
        return tag == null ? values : ValueKeys.with(values, state.values(), keys.tag(), tag);
    }

    @Override
    public void close() {
        closing.run();
    }
}

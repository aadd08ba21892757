package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PodHealth;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Drives a Rollout from pause to pause: looks, takes the next step if there is one, and leaves the rest to Argo. What the
 * step is follows from what is seen alone, so that it does not matter who took the step before.
 */
final class ArgoRolloutRouter implements TrafficRouter {

    static final Kind ROLLOUT = new Kind("argoproj.io", "v1alpha1", "Rollout", "rollouts");

    /** On every pod, with the hash of its template (DefaultRolloutUniqueLabelKey in Argo's API). */
    private static final String POD_HASH = "rollouts-pod-template-hash";

    private final Cluster cluster;
    private final ObjectRef rollout;
    private final InstantSource clock;
    private final RolloutCommands commands;
    private final TrialTemplate template;
    private final ControllerRefresh nudge;

    /**
     * @throws RouterException permanent when there is no such Rollout, or it cannot do what the plan's phases ask for
     */
    ArgoRolloutRouter(Cluster cluster, ObjectRef rollout, String container, ImageName image, RouterContext context)
            throws RouterException {
        this.cluster = cluster;
        this.rollout = rollout;
        this.clock = context.clock();
        this.commands = new RolloutCommands(cluster, rollout);
        this.nudge = new ControllerRefresh(cluster, rollout, context.clock());
        KubeObject seen = cluster.get(rollout);
        BlueGreen blueGreen = BlueGreen.of(rollout, seen.spec());
        if (blueGreen != null) {
            blueGreen.requireWaiting();
        } else if (!seen.spec().path("strategy").hasNonNull("canary")) {
            throw RouterException.permanent(
                    rollout
                            + " has neither the strategy canary nor blueGreen, so it has no weight to move; give it one of them");
        }
        this.template = new TrialTemplate(cluster, holder(seen), container, image, context);
        ArgoView view = look();
        for (Weight weight : context.weights()) {
            if (view.refusal(weight) != null) {
                throw RouterException.permanent(view.refusal(weight));
            }
        }
    }

    /** The Rollout's template stands in it, or in the Deployment that its workloadRef names. */
    static ObjectRef holder(KubeObject rollout) throws RouterException {
        ObjectRef ref = rollout.ref();
        String kind = rollout.spec().at("/workloadRef/kind").asText();
        if (kind.isEmpty()) {
            return ref;
        }
        if (!kind.equals("Deployment")) {
            throw RouterException.permanent(
                    ref + " takes its pod template from a " + kind + "; only a Deployment's is supported");
        }
        return ref.beside(
                Kind.DEPLOYMENT, rollout.spec().at("/workloadRef/name").asText());
    }

    private ArgoView look() throws RouterException {
        KubeObject seen = cluster.get(rollout);
        KubeObject workload = template.object().equals(rollout) ? null : cluster.get(template.object());
        TrialTemplate.Now now = template.read(workload == null ? seen : workload);
        BlueGreen blueGreen = BlueGreen.of(rollout, seen.spec());
        ActiveVersion active = blueGreen == null ? ActiveVersion.NONE : ActiveVersion.of(cluster, seen, template);
        boolean ours = now.trial() != null && active.image().equals(now.trial().to());
        Weight switched = blueGreen == null ? null : ours ? Weight.FULL : Weight.ZERO;
        return new ArgoView(
                rollout.name(),
                ArgoRolloutStatus.of(seen, workload, switched),
                CanarySteps.of(seen.spec()),
                blueGreen,
                active,
                now);
    }

    @Override
    public Observation observe() throws RouterException {
        ArgoView view = look();
        Observation seen = view.observation();
        String hash = view.state().trialHash();
        return seen.weight().isZero() || seen.promoted() || hash.isEmpty()
                ? seen
                : seen.withHealth(health(hash, view.state().trialPods()));
    }

    /** Of the pods that Argo has made of the version under trial; null when they may not be listed. */
    private CanaryHealth health(String hash, int wanted) {
        try {
            return PodHealth.of(
                    cluster,
                    rollout.namespace(),
                    POD_HASH + "=" + hash,
                    rollout + " (ReplicaSet " + rollout.name() + "-" + hash + ")",
                    wanted,
                    clock.millis());
        } catch (RouterException notTold) {
            return null;
        }
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        if (weight.isZero()) {
            rollBack();
            return;
        }
        ArgoView seen = look();
        String refusal = seen.refusal(weight);
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        if (seen.template().replaced()) {
            throw RouterException.permanent(
                    "somebody has put the image " + seen.template().image() + " into " + rollout.name());
        }
        if (seen.state().takesUpChange()) {
            await(seen);
        } else if (seen.template().trying() && seen.blueGreen() != null) {
            switchOver(seen);
        } else if (seen.template().trying()) {
            go(seen, weight);
        } else {
            begin(seen, weight);
        }
    }

    /** With {@code set image} and our record; what was aborted with this image begins again with {@code retry}. */
    private void begin(ArgoView seen, Weight weight) throws RouterException {
        ArgoRolloutStatus state = seen.state();
        String image = seen.template().image();
        boolean there = image.equals(seen.template().wanted());
        String from = seen.active().image().isEmpty() ? image : seen.active().image();
        if (state.atRest() && there) {
            throw RouterException.permanent(rollout.name() + " runs " + image + " already, as its stable version");
        }
        if (!state.atRest() && state.aborted() && state.weight().isZero() && there) {
            template.begin(weight, false, seen.template(), from);
            commands.retry();
            return;
        }
        boolean idle = state.atRest() || state.weight().isZero() && (state.aborted() || there);
        if (!idle) {
            boolean ours = seen.template().trial() != null;
            String busy = rollout.name() + " is in the midst of " + (ours ? "going back" : "another release") + ", "
                    + image + " (" + state.phase().word() + ", " + state.message() + "); wait for its end";
            throw ours ? new RouterException(busy) : RouterException.permanent(busy);
        }
        template.begin(weight, state.promoted(), seen.template(), from);
    }

    /** From the preview to the users, once Argo waits for it and the preview's pods serve. */
    private void switchOver(ArgoView seen) throws RouterException {
        ArgoRolloutStatus state = seen.state();
        if (seen.switched()) {
            return;
        }
        seen.requireNotStopped();
        if (!state.pausedAtStep()) {
            await(seen);
            return;
        }
        CanaryHealth preview = health(state.trialHash(), state.trialPods());
        if (preview != null && !preview.is(CanaryHealth.State.READY)) {
            throw new RouterException("the switch waits for the preview: " + preview.detail());
        }
        commands.promote(state.step());
    }

    private void go(ArgoView seen, Weight weight) throws RouterException {
        ArgoRolloutStatus state = seen.state();
        if (state.promoted()) {
            throw RouterException.permanent(
                    rollout.name() + " has made " + seen.template().image() + " its stable version already");
        }
        seen.requireNotStopped();
        int stop = seen.steps().stop(weight, state.step()).orElseThrow();
        boolean back = stop < state.step();
        if (!back && !(state.pausedAtStep() && state.step() < stop)) {
            await(seen);
            return;
        }
        if (!template.note(trial -> trial.wanting(weight))) {
            throw new RouterException("the record of this rollout has gone from " + template.object());
        }
        if (back) {
            commands.backTo(seen.steps().opening(stop));
        } else {
            commands.promote(state.step());
        }
    }

    /** Nothing to do but to look again. */
    private void await(ArgoView seen) throws RouterException {
        if (seen.state().pending()) {
            nudge.waiting(seen.state().version());
        }
    }

    @Override
    public void promote(String version) throws RouterException {
        ArgoView seen = look();
        ArgoRolloutStatus state = seen.state();
        if (!seen.template().trying()) {
            throw RouterException.permanent(rollout.name() + " no longer holds the version under trial, but "
                    + seen.template().image());
        }
        if (seen.switched()) {
            template.note(trial -> trial.at(Trial.Stage.PROMOTING));
            return;
        }
        if (state.takesUpChange() || state.promoted()) {
            await(seen);
            return;
        }
        seen.requireNotStopped();
        if (state.pausedAtStep()) {
            template.note(trial -> trial.at(Trial.Stage.PROMOTING));
            commands.promote(state.step());
        } else {
            await(seen);
        }
    }

    /** An abort takes effect at once, so it comes before everything else. */
    @Override
    public void rollBack() throws RouterException {
        ArgoView seen = look();
        ArgoRolloutStatus state = seen.state();
        if (seen.template().replaced() && seen.switched()) {
            throw RouterException.permanent(seen.replacedAfterTheSwitch());
        }
        if (seen.template().trying()) {
            boolean promoted = state.observed()
                    && (state.promoted() || seen.switched() && seen.active().stable());
            if (promoted) {
                seen.requireImageOfBefore();
            }
            if (promoted || state.aborted() && seen.out() && seen.template().restorable()) {
                template.restore();
            } else if (!state.aborted()) {
                abort();
            } else {
                await(seen);
            }
        } else if (seen.template().restored() && state.observed() && !state.promoted() && !state.promotingFully()) {
            commands.promoteFull();
        } else if (seen.template().trial() == null && !state.promoted() && !state.aborted()) {
            abort();
        } else {
            await(seen);
        }
    }

    private void abort() throws RouterException {
        commands.abort();
        template.note(trial -> trial.wanting(Weight.ZERO));
    }

    @Override
    public void close() {
        cluster.close();
    }

    /**
     * Makes Argo look again at a Rollout that it overlooks. Having written a status, its controller puts that object into
     * its cache, also over a newer one that the watch has brought meanwhile ("persisted to informer" in its log); what
     * fell into that moment, a promotion or an abort, is then not seen until the object changes once more. So when nothing
     * has happened for a while, this changes it: an annotation of ours, which means nothing.
     *
     * <p>Not for use by several threads. Forgetting what it has seen, as in a crash, costs one more wait.
     */
    static final class ControllerRefresh {

        static final String ANNOTATION = "canary-release.jenkins.io/nudge";
        static final Duration PATIENCE = Duration.ofSeconds(2);

        private final Cluster cluster;
        private final ObjectRef rollout;
        private final InstantSource clock;

        private String overlooked = "";
        private long since;

        ControllerRefresh(Cluster cluster, ObjectRef rollout, InstantSource clock) {
            this.cluster = cluster;
            this.rollout = rollout;
            this.clock = clock;
        }

        /**
         * Called whenever the controller has something to do that it was not seen to begin.
         *
         * @param version the resourceVersion that was seen
         */
        void waiting(String version) throws RouterException {
            if (!version.equals(overlooked)) {
                overlooked = version;
                since = clock.millis();
            } else if (clock.millis() - since >= PATIENCE.toMillis()) {
                cluster.edit(rollout, seen -> {
                    seen.annotate(ANNOTATION, "1".equals(seen.annotation(ANNOTATION)) ? "2" : "1");
                    return true;
                });
            }
        }
    }
}

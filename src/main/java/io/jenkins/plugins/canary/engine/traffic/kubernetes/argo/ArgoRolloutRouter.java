package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.Duration;
import java.time.InstantSource;

/** Drives a Rollout from pause to pause: looks, takes the next step if there is one, and leaves the rest to Argo. */
final class ArgoRolloutRouter implements TrafficRouter {

    static final Kind ROLLOUT = new Kind("argoproj.io", "v1alpha1", "Rollout", "rollouts");

    private final Cluster cluster;
    private final ObjectRef rollout;
    private final RolloutCommands commands;
    private final TrialTemplate template;
    private final ControllerRefresh nudge;

    /**
     * @throws RouterException permanent when there is no such Rollout, or it cannot do what the plan's phases ask for
     */
    ArgoRolloutRouter(Cluster cluster, ObjectRef rollout, ArgoRolloutSettings settings, RouterContext context)
            throws RouterException {
        this.cluster = cluster;
        this.rollout = rollout;
        this.commands = new RolloutCommands(cluster, rollout);
        this.nudge = new ControllerRefresh(cluster, rollout, context.clock());
        KubeObject seen = cluster.get(rollout);
        if (!seen.spec().path("strategy").hasNonNull("canary")) {
            throw RouterException.permanent(rollout + " has another strategy than canary, so it has no weight to move");
        }
        CanarySteps steps = CanarySteps.of(seen.spec());
        for (Weight weight : context.weights()) {
            if (steps.refusal(weight) != null) {
                throw RouterException.permanent(steps.refusal(weight));
            }
        }
        this.template = new TrialTemplate(cluster, holder(seen), settings.container(), settings.image(), context);
    }

    /** The Rollout's template stands in it, or in the Deployment that its workloadRef names. */
    static ObjectRef holder(KubeObject rollout) throws RouterException {
        ObjectRef ref = rollout.ref();
        String kind = rollout.spec().path("workloadRef").path("kind").asText();
        if (kind.isEmpty()) {
            return ref;
        }
        if (!kind.equals("Deployment")) {
            throw RouterException.permanent(
                    ref + " takes its pod template from a " + kind + "; only a Deployment's is supported");
        }
        return new ObjectRef(
                Kind.DEPLOYMENT,
                ref.namespace(),
                rollout.spec().path("workloadRef").path("name").asText());
    }

    private ArgoMoves look() throws RouterException {
        KubeObject seen = cluster.get(rollout);
        KubeObject workload = template.object().equals(rollout) ? null : cluster.get(template.object());
        return new ArgoMoves(
                rollout.name(),
                ArgoRolloutStatus.of(seen, workload),
                CanarySteps.of(seen.spec()),
                template.read(workload == null ? seen : workload));
    }

    @Override
    public Observation observe() throws RouterException {
        return look().observation();
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        if (weight.isZero()) {
            rollBack();
            return;
        }
        ArgoMoves moves = look();
        ArgoMove move = moves.shift(weight);
        boolean going = move instanceof ArgoMove.Promote || move instanceof ArgoMove.BackTo;
        if (going && !template.note(trial -> trial.wanting(weight))) {
            throw new RouterException("the record of this rollout has gone from " + template.object());
        }
        take(move, moves, weight);
    }

    @Override
    public void promote(String version) throws RouterException {
        ArgoMoves moves = look();
        ArgoMove move = moves.promote();
        if (move instanceof ArgoMove.Promote) {
            template.note(trial -> trial.at(Trial.Stage.PROMOTING));
        }
        take(move, moves, Weight.FULL);
    }

    @Override
    public void rollBack() throws RouterException {
        ArgoMoves moves = look();
        take(moves.rollBack(), moves, Weight.ZERO);
    }

    private void take(ArgoMove move, ArgoMoves moves, Weight weight) throws RouterException {
        if (move instanceof ArgoMove.SetImage) {
            template.begin(weight, moves.state().promoted(), moves.template());
        } else if (move instanceof ArgoMove.Retry) {
            template.begin(weight, false, moves.template());
            commands.retry();
        } else if (move instanceof ArgoMove.Promote) {
            commands.promote(moves.state().step());
        } else if (move instanceof ArgoMove.BackTo back) {
            commands.backTo(back.step());
        } else if (move instanceof ArgoMove.PromoteFull) {
            commands.promoteFull();
        } else if (move instanceof ArgoMove.Abort) {
            commands.abort();
            template.note(trial -> trial.wanting(Weight.ZERO));
        } else if (move instanceof ArgoMove.Undo) {
            template.restore();
        } else if (move instanceof ArgoMove.Wait && moves.state().pending()) {
            nudge.waiting(moves.state().version());
        } else if (move instanceof ArgoMove.Refuse refuse) {
            throw refuse.permanent() ? RouterException.permanent(refuse.why()) : new RouterException(refuse.why());
        }
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

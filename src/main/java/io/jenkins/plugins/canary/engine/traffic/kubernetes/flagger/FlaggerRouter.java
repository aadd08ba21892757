package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PodHealth;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerDriver.CanaryCheck;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerDriver.FlaggerSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates.FlaggerGate;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerState.Phase;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerState.RouteWeight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Leads Flagger: sets the image, notes what is wanted, and answers when Flagger asks whether it may go on. Decided by
 * what was seen alone; every move of traffic is Flagger's, once {@link FlaggerGate} lets it.
 */
final class FlaggerRouter implements TrafficRouter {

    static final Kind CANARY = new Kind("flagger.app", "v1beta1", "Canary", "canaries");

    private final Cluster cluster;
    private final ObjectRef canary;
    private final TrialTemplate target;
    private final ObjectRef primary;
    private final InstantSource clock;
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private FlaggerRouter(Cluster cluster, ObjectRef canary, TrialTemplate target, InstantSource clock) {
        this.cluster = cluster;
        this.clock = clock;
        this.canary = canary;
        this.target = target;
        this.primary = canary.beside(Kind.DEPLOYMENT, target.object().name() + "-primary");
    }

    /**
     * Looks whether the Canary can be led, and opens the gate.
     *
     * @param token what Flagger must send
     * @throws RouterException permanent when there is no such Canary, or it is not set up to ask
     */
    static FlaggerRouter open(
            Cluster cluster, ObjectRef canary, FlaggerSettings settings, RouterContext context, String token)
            throws RouterException {
        KubeObject seen = cluster.get(canary);
        new CanaryCheck(seen, context.weights(), token).require();
        ObjectRef deployment = target(seen);
        FlaggerRouter router = new FlaggerRouter(
                cluster,
                canary,
                new TrialTemplate(cluster, deployment, settings.container(), settings.image(), context),
                context.clock());
        router.observe();
        router.closing.push(FlaggerGates.open(
                canary.namespace(), canary.name(), token, hook -> new FlaggerGate(router.look()).refusal(hook)));
        if (settings.listen() != null) {
            try {
                router.closing.push(settings.listener().listen(settings.listen()));
            } catch (RouterException e) {
                router.closing.forEach(Runnable::run);
                throw e;
            }
        }
        return router;
    }

    /** The Deployment whose image Flagger watches. */
    static ObjectRef target(KubeObject canary) {
        return canary.ref()
                .beside(Kind.DEPLOYMENT, canary.spec().at("/targetRef/name").asText());
    }

    private FlaggerState look() throws RouterException {
        KubeObject seen = cluster.get(canary);
        KubeObject deployment = cluster.get(target.object());
        Optional<KubeObject> stable = cluster.find(primary);
        String image = stable.isEmpty() ? "" : target.imageIn(stable.get());
        return FlaggerState.of(
                seen,
                new RouteWeight(cluster, seen).percent(),
                target.read(deployment),
                Workload.of(deployment).rolledOut(),
                image);
    }

    /** The Deployment under analysis is the canary; its primary is the stable version. */
    @Override
    public Observation observe() throws RouterException {
        Observation seen = look().observation();
        return seen.weight().isZero() || seen.promoted()
                ? seen
                : seen.withHealth(PodHealth.of(cluster, cluster.get(target.object()), null, clock.millis()));
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        if (weight.isZero()) {
            rollBack();
            return;
        }
        FlaggerState state = look();
        String refusal = state.steps().refusal(weight);
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        if (state.template().replaced()) {
            throw RouterException.permanent(
                    "somebody has put the image " + state.template().image() + " into the target of " + canary);
        }
        if (state.trying()) {
            go(state, weight);
        } else {
            begin(state, weight);
        }
    }

    private void begin(FlaggerState state, Weight weight) throws RouterException {
        TrialTemplate.Now template = state.template();
        if (template.restored() && state.promoted() || !state.phase().atRest()) {
            boolean initialising = state.phase() == Phase.INITIALIZING;
            String busy = canary + " is in the midst of " + (initialising ? "its initialisation" : "another release")
                    + " (" + state.detail() + "); wait for its end";
            throw template.trial() == null && !initialising
                    ? RouterException.permanent(busy)
                    : new RouterException(busy);
        }
        if (state.primaryImage().equals(template.wanted())) {
            throw RouterException.permanent(canary + "'s primary runs " + state.primaryImage() + " already");
        }
        boolean failed = state.phase() == Phase.FAILED;
        if (failed && template.image().equals(template.wanted())) {
            throw RouterException.permanent("Flagger has ended the release of " + template.image()
                    + " as failed, and does not begin again with what it knows; put " + state.primaryImage()
                    + " back into the target of " + canary + " first");
        }
        // The version that failed, put in again before Flagger saw it gone, would be no change to Flagger.
        boolean tooSoon = failed && !state.caughtUp() && template.image().equals(state.primaryImage());
        if (!tooSoon) {
            target.begin(weight, true, template, null);
        }
    }

    private void go(FlaggerState state, Weight weight) throws RouterException {
        Trial trial = state.template().trial();
        refuseFailed(state);
        if (state.promoted() || state.phase() == Phase.PROMOTING || state.phase() == Phase.FINALISING) {
            throw RouterException.permanent(canary + " makes " + trial.to() + " its primary already");
        }
        if (weight.tenths() < state.weight() * 10) {
            throw RouterException.permanent(
                    "Flagger cannot give a canary less than the " + state.weight() + "% that it has; roll it back");
        }
        boolean moving = state.phase() == Phase.PROGRESSING || state.phase() == Phase.WAITINGPROMOTION;
        note(trial, trial.wanting(weight).at(moving ? Trial.Stage.RUNNING : trial.stage()));
    }

    private static void refuseFailed(FlaggerState state) throws RouterException {
        Trial trial = state.template().trial();
        if (state.phase() == Phase.FAILED && trial.stage() != Trial.Stage.BEGUN) {
            throw RouterException.permanent(
                    "Flagger has ended the release of " + trial.to() + " as failed: " + state.says());
        }
    }

    /** Notes what is wanted, for the gate. */
    private void note(Trial seen, Trial wanted) throws RouterException {
        if (!wanted.equals(seen)) {
            target.note(trial -> trial.equals(seen) ? wanted : trial);
        }
    }

    @Override
    public void promote(String version) throws RouterException {
        FlaggerState state = look();
        if (!state.trying()) {
            throw RouterException.permanent("the target of " + canary
                    + " no longer holds the version under trial, but "
                    + state.template().image());
        }
        refuseFailed(state);
        Trial trial = state.template().trial();
        if (trial.stage() != Trial.Stage.PROMOTING) {
            note(trial, trial.wanting(Weight.FULL).at(Trial.Stage.PROMOTING));
        }
    }

    @Override
    public void rollBack() throws RouterException {
        FlaggerState state = look();
        Trial trial = state.template().trial();
        if (!state.trying()) {
            if (trial == null && state.phase().underAnalysis()) {
                throw RouterException.permanent("the release under way in " + canary
                        + " is not this rollout's; put the image " + state.primaryImage()
                        + " back into its target to end it");
            }
            return;
        }
        switch (state.phase()) {
            case PROMOTING, FINALISING -> {}
            case WAITING, PROGRESSING, WAITINGPROMOTION -> {
                if (!trial.wanted().isZero()) {
                    note(trial, trial.wanting(Weight.ZERO).at(Trial.Stage.RUNNING));
                } else if (!state.canaryReady() && state.weight() != 0) {
                    // Flagger asks no gate while the canary's pods are not ready; with the image of before they will
                    // be,
                    // and serve what the primary serves until the gate is asked.
                    target.restore();
                }
            }
            default -> target.restore();
        }
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        cluster.close();
    }
}

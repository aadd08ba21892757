package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Workload;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Leads Flagger: sets the image, notes what is wanted, and answers when Flagger asks whether it may go on. */
final class FlaggerRouter implements TrafficRouter {

    static final Kind CANARY = new Kind("flagger.app", "v1beta1", "Canary", "canaries");

    private final Cluster cluster;
    private final ObjectRef canary;
    private final TrialTemplate target;
    private final ObjectRef primary;
    private final Deque<Runnable> closing = new ArrayDeque<>();

    private FlaggerRouter(Cluster cluster, ObjectRef canary, TrialTemplate target) {
        this.cluster = cluster;
        this.canary = canary;
        this.target = target;
        this.primary = new ObjectRef(
                Kind.DEPLOYMENT, canary.namespace(), target.object().name() + "-primary");
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
                new TrialTemplate(cluster, deployment, settings.container(), settings.image(), context));
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
        return new ObjectRef(
                Kind.DEPLOYMENT,
                canary.ref().namespace(),
                canary.spec().path("targetRef").path("name").asText());
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

    private FlaggerMoves moves() throws RouterException {
        return new FlaggerMoves(canary.toString(), look());
    }

    @Override
    public Observation observe() throws RouterException {
        return moves().observation();
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        if (weight.isZero()) {
            rollBack();
            return;
        }
        FlaggerMoves moves = moves();
        take(moves.shift(weight), moves, weight);
    }

    @Override
    public void promote(String version) throws RouterException {
        FlaggerMoves moves = moves();
        take(moves.promote(), moves, Weight.FULL);
    }

    @Override
    public void rollBack() throws RouterException {
        FlaggerMoves moves = moves();
        take(moves.rollBack(), moves, Weight.ZERO);
    }

    private void take(FlaggerMoves.Move move, FlaggerMoves moves, Weight weight) throws RouterException {
        TrialTemplate.Now seen = moves.state().template();
        if (move instanceof FlaggerMoves.Move.Begin) {
            target.begin(weight, true, seen);
        } else if (move instanceof FlaggerMoves.Move.Note note) {
            target.note(trial -> trial.equals(seen.trial()) ? note.trial() : trial);
        } else if (move instanceof FlaggerMoves.Move.Restore) {
            target.restore();
        } else if (move instanceof FlaggerMoves.Move.Refuse refuse) {
            throw refuse.permanent() ? RouterException.permanent(refuse.why()) : new RouterException(refuse.why());
        }
    }

    @Override
    public void close() {
        closing.forEach(Runnable::run);
        cluster.close();
    }

    /** Whether a Canary is set up so that a rollout can lead it, told before the start. */
    record CanaryCheck(KubeObject canary, List<Weight> weights, String token) {

        void require() throws RouterException {
            JsonNode spec = canary.spec();
            if (!spec.path("targetRef").path("kind").asText().equals("Deployment")) {
                throw refused("has a target other than a Deployment");
            }
            if (spec.path("suspend").asBoolean()) {
                throw new RouterException(
                        canary.ref() + " is suspended: Flagger does nothing with it, not even roll it back;"
                                + " set spec.suspend to false");
            }
            if (spec.path("skipAnalysis").asBoolean()) {
                throw refused("has skipAnalysis: Flagger makes every new version the stable one at once");
            }
            JsonNode analysis = spec.path("analysis");
            FlaggerSteps steps = FlaggerSteps.of(analysis);
            if (!steps.progressive() || analysis.path("iterations").asInt() > 0) {
                throw refused(
                        "moves everything at once (iterations); write stepWeights: [5, 10, 25, 50, 100] into its analysis");
            }
            for (Weight weight : weights) {
                if (FlaggerMoves.refusal(steps, weight) != null) {
                    throw RouterException.permanent(FlaggerMoves.refusal(steps, weight));
                }
            }
            for (FlaggerGate.Hook hook : FlaggerGate.Hook.values()) {
                requireHook(analysis, hook.type());
            }
        }

        private void requireHook(JsonNode analysis, String type) throws RouterException {
            for (JsonNode hook : analysis.path("webhooks")) {
                if (!hook.path("type").asText().equals(type)
                        || !hook.path("url").asText().endsWith("/" + type)) {
                    continue;
                }
                if (!hook.path("metadata").path("token").asText().equals(token)) {
                    throw refused("sends another token with its webhook "
                            + hook.path("name").asText() + " than the plan's webhook.token");
                }
                return;
            }
            throw refused("does not ask before it goes on; add to its analysis.webhooks: { name: canary-release-" + type
                    + ", type: " + type + ", url: \"http://THIS_HOST:PORT/flagger/" + type
                    + "\", timeout: 5s, metadata: { token: ... } }");
        }

        private RouterException refused(String why) {
            return RouterException.permanent(canary.ref() + " " + why);
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates.FlaggerGate;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerState.RouteWeight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.ListenAddress;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code flagger: { canary: api, webhook: { listen: "0.0.0.0:9797", token: env:FLAGGER_TOKEN } }}. */
public final class FlaggerDriver implements RouterDriver {

    private static final String NAME = "flagger";

    private static final Section WEBHOOK = Section.of(
            "flaggerWebhook",
            "How Flagger asks whether it may go on.",
            Map.of("listen", ListenAddress.type("0.0.0.0:9797")),
            """
            listen | listen | required on the command line, such as `0.0.0.0:9797` | HOST:PORT that Flagger calls; command line only, Jenkins answers at its own address.
            token  | secret | required, `env:FLAGGER_TOKEN` | What the Canary's webhooks send as `metadata.token`, 16 characters at least.
            """);

    private static final Section KEYS = ClusterHome.keys(
            NAME, "A Flagger Canary, led through Flagger's own webhooks.", Map.of("webhook", WEBHOOK.type()), """
            canary    | name | required, `api-gateway` | The Canary's name.
            container | name | the only one, or the one named like the target | The container whose image is the version.
            image     | text | the image that runs, with the version as its tag | The version's image, in which `{{version}}` stands for the version.
            webhook   | webhook | required, `{ listen: 0.0.0.0:9797, token: env:FLAGGER_TOKEN }` | How Flagger asks whether it may go on.
            """);

    private final Optional<GateListener> listener;

    public FlaggerDriver() {
        this(GateListener.available());
    }

    FlaggerDriver(Optional<GateListener> listener) {
        this.listener = listener;
    }

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings);
        String canary = settings.get("canary");
        String container = settings.get("container");
        ImageName image = new ImageName(settings.<String>get("image"));
        Webhook webhook = settings.get("webhook", this::webhook);
        return canary == null || webhook == null
                ? null
                : new FlaggerSettings(
                        home, canary, container, image, webhook.token, webhook.listen, listener.orElse(null));
    }

    private record Webhook(InetSocketAddress listen, Secrets.Ref token) {}

    private Webhook webhook(YamlNode node) {
        YamlObject keys = WEBHOOK.at(node);
        Secrets.Ref token = keys.get("token");
        if (keys.has("listen") && listener.isEmpty()) {
            keys.key("listen").error("Jenkins answers Flagger at its own address", "leave it out");
            return null;
        }
        InetSocketAddress listen = listener.isEmpty() ? null : keys.need("listen");
        return token == null || listen == null && listener.isPresent() ? null : new Webhook(listen, token);
    }

    /**
     * @param container whose image is the version; null for the only one, or the one named like the target
     * @param token what Flagger's webhooks send in their metadata
     * @param listen where this process takes Flagger's requests; null where a server stands already
     * @param listener null where there is none
     */
    record FlaggerSettings(
            ClusterHome home,
            String canary,
            String container,
            ImageName image,
            Secrets.Ref token,
            InetSocketAddress listen,
            GateListener listener)
            implements ClusterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(FlaggerRouter.CANARY, namespace, canary);
        }

        /** Flagger gives it the pods of the primary when the analysis begins. */
        @Override
        public boolean scalesCanary() {
            return true;
        }

        @Override
        public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) throws RouterException {
            ObjectRef carrier = carrier(namespace, target);
            KubeObject seen = cluster.get(carrier);
            ObjectRef trial = FlaggerRouter.target(seen);
            List<Right> own = new ArrayList<>(Right.to(carrier, "get"));
            ObjectRef primary = new ObjectRef(Kind.DEPLOYMENT, namespace, trial.name() + "-primary");
            own.addAll(Right.to(trial, "get", "update"));
            own.addAll(Right.to(primary, "get"));
            Kind route = new RouteWeight(cluster, seen).kind();
            if (route != null) {
                own.addAll(Right.on(route, "get"));
            }
            return new TargetObjects(trial, primary, trial, List.of(carrier), Right.andLock(own));
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            String secret;
            try {
                secret = token.text(context.secrets());
            } catch (Secrets.SecretMissing e) {
                throw RouterException.permanent("webhook.token: " + e.getMessage());
            }
            FlaggerGates.requireLong(secret);
            return home.open(
                    context,
                    this,
                    (cluster, namespace) -> FlaggerRouter.open(
                            cluster, new ObjectRef(FlaggerRouter.CANARY, namespace, canary), this, context, secret));
        }
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
                if (steps.refusal(weight) != null) {
                    throw RouterException.permanent(steps.refusal(weight));
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

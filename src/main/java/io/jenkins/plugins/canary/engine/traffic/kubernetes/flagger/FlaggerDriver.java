package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.ListenAddress;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/** Reads {@code flagger: { canary: api, webhook: { listen: "0.0.0.0:9797", token: env:FLAGGER_TOKEN } }}. */
public final class FlaggerDriver implements RouterDriver {

    static final String NAME = "flagger";

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
}

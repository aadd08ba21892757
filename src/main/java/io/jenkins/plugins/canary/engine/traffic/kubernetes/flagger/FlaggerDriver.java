package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code flagger: { canary: api, webhook: { listen: "0.0.0.0:9797", token: env:FLAGGER_TOKEN } }}. */
public final class FlaggerDriver implements RouterDriver {

    static final String NAME = "flagger";
    private static final Pattern LISTEN = Pattern.compile("([A-Za-z0-9_.-]+|\\[[0-9a-fA-F:]+]):(\\d{1,5})");

    private final Optional<GateListener> listener;

    public FlaggerDriver() {
        this(GateListener.available());
    }

    FlaggerDriver(Optional<GateListener> listener) {
        this.listener = listener;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings, "canary", "container", "image", "webhook");
        String canary = settings.need("canary", KubernetesOptions::name, "api-gateway");
        String container = settings.get("container", KubernetesOptions::name, null);
        ImageName image = new ImageName(settings.get("image", YamlNode::text, null));
        Webhook webhook = settings.need("webhook", this::webhook, "{ listen: 0.0.0.0:9797, token: env:FLAGGER_TOKEN }");
        return canary == null || webhook == null
                ? null
                : new FlaggerSettings(
                        home, canary, container, image, webhook.token, webhook.listen, listener.orElse(null));
    }

    private record Webhook(InetSocketAddress listen, Secrets.Ref token) {}

    private Webhook webhook(YamlNode node) {
        YamlObject keys = node.object().only("listen", "token");
        Secrets.Ref token = keys.need("token", YamlNode::secret, "env:FLAGGER_TOKEN");
        if (keys.has("listen") && listener.isEmpty()) {
            keys.key("listen").error("Jenkins answers Flagger at its own address", "leave it out");
            return null;
        }
        InetSocketAddress listen =
                listener.isEmpty() ? null : keys.need("listen", FlaggerDriver::address, "0.0.0.0:9797");
        return token == null || listen == null && listener.isPresent() ? null : new Webhook(listen, token);
    }

    private static InetSocketAddress address(YamlNode value) {
        String text = value.text();
        Matcher m = LISTEN.matcher(text == null ? "" : text);
        if (m.matches() && Integer.parseInt(m.group(2)) <= 65535) {
            return InetSocketAddress.createUnresolved(
                    m.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(m.group(2)));
        }
        if (text != null) {
            value.error("'" + text + "' is not an address to listen on", "write HOST:PORT, for example 0.0.0.0:9797");
        }
        return null;
    }
}

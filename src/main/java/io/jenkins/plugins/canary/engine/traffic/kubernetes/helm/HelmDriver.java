package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubernetesOptions;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.regex.Pattern;

/** Reads {@code helm: { release: api, chart: ./charts/api, values: { canaryTag: canary.image.tag } }}. */
public final class HelmDriver implements RouterDriver {

    static final String NAME = "helm";

    /** A plan comes from a repository: it may say which of the Helms installed here, not which program. */
    private static final Pattern COMMAND = Pattern.compile("helm[A-Za-z0-9._-]*");

    private static final Pattern CHART = Pattern.compile("[A-Za-z0-9./_~][^\\s\\p{Cntrl}]*");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]++(?:\\.[A-Za-z0-9_-]++)*+");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings, "release", "chart", "values", "command", "timeout");
        String release = settings.need("release", KubernetesOptions::name, "api-gateway");
        String chart = settings.need(
                "chart",
                node -> node.matching(
                        CHART, "a chart", "write a path such as ./charts/api, repository/name, or oci://registry/name"),
                "./charts/api-gateway");
        ValueKeys keys = settings.get("values", HelmDriver::keys, ValueKeys.USUAL);
        String command = settings.get(
                "command",
                node -> node.matching(COMMAND, "the name of a Helm", "write for example helm3, found in the PATH"),
                "helm");
        Duration timeout = settings.get("timeout", YamlNode::positive, TIMEOUT);
        return release == null || chart == null ? null : new HelmSettings(home, release, chart, keys, command, timeout);
    }

    private static ValueKeys keys(YamlNode node) {
        YamlObject keys = node.object().only("enabled", "weight", "canaryTag", "tag");
        return new ValueKeys(
                key(keys, "enabled", ValueKeys.USUAL.enabled()),
                key(keys, "weight", ValueKeys.USUAL.weight()),
                key(keys, "canaryTag", ValueKeys.USUAL.canaryTag()),
                key(keys, "tag", ValueKeys.USUAL.tag()));
    }

    private static String key(YamlObject keys, String name, String usual) {
        return keys.get(
                name,
                node -> node.matching(
                        VALUE, "the path of a value", "write the keys with dots between them: canary.weight"),
                usual);
    }
}

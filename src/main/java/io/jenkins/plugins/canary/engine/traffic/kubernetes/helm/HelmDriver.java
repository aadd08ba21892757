package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code helm: { release: api, chart: ./charts/api, values: { canaryTag: canary.image.tag } }}. */
public final class HelmDriver implements RouterDriver {

    static final String NAME = "helm";

    private static final KeyType VALUE = KeyType.matching(
            "path of a value",
            Pattern.compile("[A-Za-z0-9_-]++(?:\\.[A-Za-z0-9_-]++)*+"),
            "the path of a value",
            "write the keys with dots between them: canary.weight");

    private static final Section VALUES = Section.of(
            "helmValues", "Which of the chart's values mean what, as paths with dots.", Map.of("value", VALUE), """
            enabled   | value | `canary.enabled` | Whether the chart makes a canary.
            weight    | value | `canary.weight`  | The canary's share in percent, a whole number.
            canaryTag | value | `canary.tag`     | The canary's version.
            tag       | value | `image.tag`      | The stable version.
            """);

    private static final Section KEYS = ClusterHome.keys(
            NAME,
            "The values of a Helm release, changed by Helm's own command line.",
            Map.of(
                    "chart",
                    KeyType.matching(
                            "path, or name",
                            Pattern.compile("[A-Za-z0-9./_~][^\\s\\x00-\\x1f\\x7f]*"),
                            "a chart",
                            "write a path such as ./charts/api, repository/name, or oci://registry/name"),
                    "values",
                    VALUES.type(HelmDriver::values),
                    // A plan comes from a repository: it may say which of the Helms installed here, not which program.
                    "command",
                    KeyType.matching(
                            "name",
                            Pattern.compile("helm[A-Za-z0-9._-]*"),
                            "the name of a Helm",
                            "write for example helm3, found in the PATH")),
            """
            release | name     | required, `api-gateway` | The release's name.
            chart   | chart    | required, `./charts/api-gateway` | The chart of the release, at the release's own version: a path (not in Jenkins), `repository/name`, `oci://...`.
            values  | values   | its own defaults | Which of the chart's values mean what.
            command | command  | `helm` | A Helm found in the PATH, such as `helm3`; a path or another program is refused.
            timeout | duration | `60s`  | For one run of Helm.
            """);

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        ClusterHome home = ClusterHome.read(settings);
        String release = settings.get("release");
        String chart = settings.get("chart");
        ValueKeys keys = settings.getOr("values", ValueKeys.USUAL);
        String command = settings.get("command");
        Duration timeout = settings.get("timeout");
        return release == null || chart == null ? null : new HelmSettings(home, release, chart, keys, command, timeout);
    }

    private static ValueKeys values(YamlNode node) {
        YamlObject keys = VALUES.at(node);
        return new ValueKeys(keys.get("enabled"), keys.get("weight"), keys.get("canaryTag"), keys.get("tag"));
    }
}

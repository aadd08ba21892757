package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterHome;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings.TargetObjects;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.PodHealth;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmRelease.Helm;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetLease;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads {@code helm: { release: api, chart: ./charts/api, values: { canaryTag: canary.image.tag } }}. */
public final class HelmDriver implements RouterDriver {

    private static final String NAME = "helm";

    private static final KeyType VALUE = KeyType.matching(
            "path of a value",
            Pattern.compile(ValueKeys.PATH),
            "the path of a value",
            "write the keys with dots between them, such as canary.weight; an entry of a list as traffic[1].weight, and a"
                    + " key's own dots as nginx\\\\.ingress\\\\.kubernetes\\\\.io/canary-weight");

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

    /**
     * Which of a chart's values mean what; paths with dots.
     *
     * @param enabled whether there is a canary
     * @param weight percent of the requests, a whole number
     * @param canaryTag the canary's version
     * @param tag the stable version
     */
    record ValueKeys(String enabled, String weight, String canaryTag, String tag) {

        static final ValueKeys USUAL = new ValueKeys("canary.enabled", "canary.weight", "canary.tag", "image.tag");

        private static final String KEY = "(?:[A-Za-z0-9_/-]|\\\\\\.)++(?:\\[[0-9]{1,3}\\])*+";
        static final String PATH = KEY + "(?:\\." + KEY + ")*+";

        static JsonNode get(JsonNode values, String path) {
            JsonNode at = values;
            for (String key : keys(path)) {
                at = child(at, key);
            }
            return at;
        }

        /**
         * Adds one value to those that are to change. Helm merges what it is given into what the release has, key by key, but
         * puts a list in the place of a list: so one that is changed goes along whole.
         *
         * @param now what the release has
         */
        static ObjectNode with(ObjectNode changes, JsonNode now, String path, Object value) throws RouterException {
            JsonNode into = changes;
            JsonNode seen = now;
            List<String> keys = keys(path);
            for (String key : keys.subList(0, keys.size() - 1)) {
                seen = child(seen, key);
                if (!child(into, key).isContainerNode()) {
                    put(into, key, seen.isArray() ? seen.deepCopy() : Cluster.JSON.createObjectNode(), path);
                }
                into = child(into, key);
            }
            put(into, keys.get(keys.size() - 1), Cluster.JSON.valueToTree(value), path);
            return changes;
        }

        private static void put(JsonNode into, String key, JsonNode value, String path) throws RouterException {
            if (into instanceof ObjectNode object) {
                object.set(key, value);
            } else if (child(into, key).isMissingNode()) {
                throw RouterException.permanent(
                        "the release's values have no entry " + key + " in the list of " + path);
            } else {
                ((ArrayNode) into).set(Integer.parseInt(key), value);
            }
        }

        private static JsonNode child(JsonNode of, String key) {
            boolean index = of.isArray() && key.length() <= 3 && key.chars().allMatch(Character::isDigit);
            return index ? of.path(Integer.parseInt(key)) : of.path(key);
        }

        /** As Helm's own {@code --set} has them: dots between keys, a backslash before a key's own, brackets for lists. */
        private static List<String> keys(String path) {
            List<String> keys = new ArrayList<>();
            for (String key : path.replaceAll("\\[([0-9]+)\\]", ".$1").split("(?<!\\\\)\\.")) {
                keys.add(key.replace("\\.", "."));
            }
            return keys;
        }
    }

    /**
     * @param chart a directory, an archive, {@code repository/name} or an address
     * @param command the program, a name that is looked up in the PATH
     * @param timeout for one run of it
     */
    public record HelmSettings(
            ClusterHome home, String release, String chart, ValueKeys keys, String command, Duration timeout)
            implements ClusterSettings {

        /** No kind of the API: what Helm calls so. */
        private static final Kind RELEASE = new Kind("helm.sh", "v3", "Release", "releases");

        @Override
        public String driver() {
            return NAME;
        }

        @Override
        public String refusal(Weight weight) {
            return weight.tenths() % 10 == 0
                    ? null
                    : "a chart's weight is a whole percentage, as nginx's annotation is; " + weight + " is not one";
        }

        @Override
        public ObjectRef carrier(String namespace, Target target) {
            return new ObjectRef(RELEASE, namespace, release);
        }

        /** A release is no object, so the lock stands for it. */
        @Override
        public TargetObjects clusterContext(Cluster cluster, String namespace, Target target) {
            return new TargetObjects(
                    TargetLease.named(carrier(namespace, target)),
                    null,
                    null,
                    List.of(),
                    Right.andLock(
                            Right.on(Kind.SECRET, "get", "list", "create", "update", "delete"),
                            Right.on(Kind.POD, "list")));
        }

        /** A revision contains its configuration. */
        @Override
        public List<Right> optionalRights() {
            return List.of();
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            if (context.clusters() != null && chartIsHere()) {
                throw RouterException.permanent(
                        "chart: '" + chart + "' is a file of this machine, which a plan must not read"
                                + " here; put the chart into a registry or a repository: oci://HOST/charts/api, or repository/name");
            }
            checkRegistry(context.addresses());
            return home.open(context, this, (cluster, namespace) -> {
                Helm helm = new HelmCommand(command, login(context, namespace), namespace, timeout);
                Function<KubeObject, CanaryHealth> health = canary ->
                        PodHealth.of(cluster, canary, null, context.clock().millis());
                return new HelmRouter(helm, this, context, health, cluster::close);
            });
        }

        /** Helm connects by itself, so this is a look at what the name means now; a cluster's network has the last word. */
        private void checkRegistry(AddressPolicy addresses) throws RouterException {
            if (!chart.contains("://")) {
                return;
            }
            URI address;
            try {
                address = new URI(chart);
                if (address.getHost() == null) {
                    throw new RouterException("chart: '" + chart + "' names no host");
                }
            } catch (URISyntaxException e) {
                throw new RouterException("chart: '" + chart + "' is not an address", e);
            }
            try {
                addresses.lookUp(address.getHost(), address.getPort() < 0 ? 443 : address.getPort());
            } catch (UnknownHostException e) {
                // A proxy may know it; Helm says so if not.
                return;
            } catch (IOException e) {
                throw RouterException.permanent("chart: " + e.getMessage());
            }
        }

        private HelmCommand.HelmLogin login(RouterContext context, String namespace) throws RouterException {
            return context.clusters() == null
                    ? HelmCommand.HelmLogin.files(home.cluster())
                    : HelmCommand.HelmLogin.configured(context.clusters(), home.cluster(), namespace);
        }

        boolean chartIsHere() {
            return Files.exists(Path.of(chart));
        }
    }
}

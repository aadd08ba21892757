package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.ImageName;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a plan says of the canary: {@code canary: api-canary}, or {@code canary: { create: true, replicas: match }}.
 *
 * @param service of the canary; null for the canary Deployment's name
 * @param create whether the rollout makes the canary's Deployment, and removes it
 * @param dynamicStableScale whether the stable version has fewer pods as the weight rises
 * @param container whose image is the version; null for the only one, or the one named like the Deployment
 */
record CanaryOptions(
        String service,
        boolean create,
        Replicas replicas,
        boolean dynamicStableScale,
        String container,
        ImageName image) {

    private static final KeyType REPLICAS = KeyType.of(
            "`match`, number or percentage",
            Map.of(
                    "anyOf",
                    List.of(
                            Map.of("type", "integer", "minimum", 1, "maximum", Replicas.MOST),
                            Map.of("type", "string", "pattern", "^(match|[1-9]\\d{0,3}%)$"))),
            Replicas::read);

    private static final Section KEYS = Section.of(
            "canary",
            "The canary, and whether the rollout makes it.",
            Map.of("name", ClusterHome.NAME, "replicas", REPLICAS),
            """
            service   | name     | the canary Deployment's | Service of the canary; made when it is missing and `create` is `true`.
            create    | boolean  | `false` | Makes the canary's Deployment from the stable one, scales it with the weight, and removes it at the end.
            replicas  | replicas | in proportion to the weight, at least 1 | Pods of a canary that the rollout makes: `match` for as many as the stable version has, a number, or a percentage of the stable version's, rounded up.
            dynamicStableScale | boolean | `false` | Scales the stable version's pods down as the weight rises, and up again before it falls.
            container | name     | the only one, or the one named like the Deployment | The container whose image is the version.
            image     | text     | the image that runs, with the version as its tag | The version's image, in which `{{version}}` stands for the version.
            """);

    /** The value of {@code canary:}. */
    static final KeyType TYPE = KeyType.either(CanaryOptions::read, ClusterHome.NAME, KEYS.type());

    static final CanaryOptions GIVEN =
            new CanaryOptions(null, false, Replicas.WITH_WEIGHT, false, null, new ImageName(null));

    private static CanaryOptions read(YamlNode value) {
        if (!value.isObject()) {
            String name = (String) ClusterHome.NAME.reader().apply(value);
            return name == null ? null : new CanaryOptions(name, false, Replicas.WITH_WEIGHT, false, null, GIVEN.image);
        }
        YamlObject keys = KEYS.at(value);
        boolean create = keys.get("create");
        for (String key : List.of("replicas", "dynamicStableScale", "container", "image")) {
            if (!create && keys.has(key)) {
                keys.value(key).error(key + " is for a canary that the rollout makes", "write create: true beside it");
                return null;
            }
        }
        Replicas replicas = keys.getOr("replicas", Replicas.WITH_WEIGHT);
        if (replicas.fixed > 0 && replicas.fixed <= ClusterSettings.FEW_PODS) {
            keys.value("replicas")
                    .warning(
                            Units.count(replicas.fixed, "pod")
                                    + " of the canary, and pods differ: a slow pod looks like a slow version",
                            "write replicas: " + (ClusterSettings.FEW_PODS + 1) + " or more");
        }
        return new CanaryOptions(
                keys.get("service"),
                create,
                replicas,
                keys.get("dynamicStableScale"),
                keys.get("container"),
                new ImageName(keys.<String>get("image")));
    }

    /** What making and removing a canary needs beside the driver's own. */
    List<Right> rights(ObjectRef deployment) {
        return create
                ? Stream.of(
                                Right.to(deployment, "create", "delete"),
                                Right.on(Kind.SERVICE, "get", "create"),
                                dynamicStableScale ? Right.on(Kind.AUTOSCALER, "list") : List.<Right>of())
                        .flatMap(List::stream)
                        .toList()
                : List.of();
    }

    /**
     * How many pods the canary has.
     *
     * @param fixed 0 for none
     * @param percent of the stable version's; 0 for the weight's share of them
     */
    record Replicas(int fixed, int percent) {

        static final int MOST = 10_000;
        static final Replicas WITH_WEIGHT = new Replicas(0, 0);

        private static Replicas read(YamlNode value) {
            String text = value.text();
            if ("match".equals(text)) {
                return new Replicas(0, 100);
            }
            if (text != null && text.matches("[1-9]\\d{0,3}%")) {
                return new Replicas(0, Integer.parseInt(text.substring(0, text.length() - 1)));
            }
            if (text != null && text.matches("[1-9]\\d{0,3}|" + MOST)) {
                return new Replicas(Integer.parseInt(text), 0);
            }
            if (text != null) {
                value.error(
                        "'" + text + "' is no number of pods",
                        "write match, a number such as 3, or a percentage of the stable version's pods such as 50%");
            }
            return null;
        }

        /** At least one, rounded up. */
        int of(int stable, Weight weight) {
            if (fixed > 0) {
                return fixed;
            }
            int thousandths = percent > 0 ? percent * 10 : weight.tenths();
            return (int) Math.max(1, ((long) stable * thousandths + 999) / 1000);
        }
    }
}

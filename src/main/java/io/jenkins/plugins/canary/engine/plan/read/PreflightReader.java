package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Checks;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code preflight:}, what is looked at before the first request. */
final class PreflightReader {

    private static final Pattern POOL = Pattern.compile("\\d{1,9}|[A-Za-z_][A-Za-z0-9_]*");

    static final Section DATABASE = Section.of(
            "database",
            "The connections that the pods of both versions share.",
            Map.of(
                    "pool",
                    KeyType.of(
                            "number, or name of an environment variable",
                            Map.of(
                                    "anyOf",
                                    List.of(
                                            Map.of("type", "integer", "minimum", 0, "maximum", 999_999_999),
                                            Map.of("type", "string", "pattern", "^(" + POOL + ")$"))),
                            n -> n.matching(
                                    POOL,
                                    "a number or the name of an environment variable",
                                    "write for example 20, or DB_MAX_OPEN_CONNS"))),
            """
            maxConnections | whole 1..10000000 | required, `100` | The most connections that the database takes.
            pool           | pool              | required, `DB_MAX_OPEN_CONNS` | The most connections that a pod opens.
            """);

    static final Section PREFLIGHT = Section.of(
            "preflight",
            "The checks for cluster hazards before the first shift.",
            Map.of(
                    "checks",
                            KeyType.oneOf(Checks.NAMES, PreflightReader::check).list(),
                    "database", DATABASE.type()),
            """
            checks       | checks             | all; `[]` for none | Which checks run.
            fix          | boolean            | `false` | Pin autoscalers during the rollout, and restore them.
            drainTimeout | duration or `0s`   | `60s`   | How long the ingress lets requests under way finish.
            database     | database           | none    | What both versions' connection pools must fit into.
            """);

    private PreflightReader() {}

    static PreflightSettings read(YamlNode node) {
        YamlObject o = PREFLIGHT.at(node);
        List<String> checks = o.getOr("checks", Checks.NAMES);
        PreflightSettings.Database database = o.get("database", PreflightReader::database);
        if (database == null && o.has("checks") && checks.contains("database") && !o.has("database")) {
            o.key("checks")
                    .error(
                            "the check 'database' needs to know what there is",
                            "add database: { maxConnections: 100, pool: DB_MAX_OPEN_CONNS }");
        }
        return new PreflightSettings(checks, o.get("fix"), o.get("drainTimeout"), database);
    }

    private static String check(YamlNode node) {
        String name = node.text();
        if (name != null && !Checks.NAMES.contains(name)) {
            node.error("there is no check " + YamlNode.shown(name), "known here: " + String.join(", ", Checks.NAMES));
            return null;
        }
        return name;
    }

    private static PreflightSettings.Database database(YamlNode node) {
        YamlObject o = DATABASE.at(node);
        Long most = o.get("maxConnections");
        String pool = o.get("pool");
        return most == null || pool == null ? null : new PreflightSettings.Database(most, pool);
    }
}

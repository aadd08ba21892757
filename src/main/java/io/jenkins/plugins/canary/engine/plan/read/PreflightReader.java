package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Checks;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code preflight:}, what is looked at before the first request. */
final class PreflightReader {

    private static final Pattern POOL = Pattern.compile("\\d{1,9}|[A-Za-z_][A-Za-z0-9_]*");

    private PreflightReader() {}

    static PreflightSettings read(YamlNode node) {
        YamlObject o = Section.PREFLIGHT.at(node);
        List<String> checks = o.get("checks", PreflightReader::checks, Checks.NAMES);
        PreflightSettings.Database database = o.get("database", PreflightReader::database, null);
        if (database == null && o.has("checks") && checks.contains("database") && !o.has("database")) {
            o.key("checks")
                    .error(
                            "the check 'database' needs to know what there is",
                            "add database: { maxConnections: 100, pool: DB_MAX_OPEN_CONNS }");
        }
        return new PreflightSettings(
                checks,
                o.get("fix", YamlNode::bool, false),
                o.get("drainTimeout", YamlNode::duration, PreflightSettings.DRAIN),
                database);
    }

    private static List<String> checks(YamlNode node) {
        List<String> names = new ArrayList<>();
        for (YamlNode item : node.list()) {
            String name = item.text();
            if (name != null && !Checks.NAMES.contains(name)) {
                item.error(
                        "there is no check " + YamlNode.shown(name), "known here: " + String.join(", ", Checks.NAMES));
            } else if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private static PreflightSettings.Database database(YamlNode node) {
        YamlObject o = Section.DATABASE.at(node);
        Long most = o.need("maxConnections", n -> n.whole(1, 10_000_000), "100");
        String pool = o.need(
                "pool",
                n -> n.matching(
                        POOL,
                        "a number or the name of an environment variable",
                        "write for example 20, or DB_MAX_OPEN_CONNS"),
                "DB_MAX_OPEN_CONNS");
        return most == null || pool == null ? null : new PreflightSettings.Database(most, pool);
    }
}

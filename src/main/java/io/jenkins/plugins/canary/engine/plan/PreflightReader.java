package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.preflight.Checks;
import io.jenkins.plugins.canary.engine.preflight.PreflightPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code preflight:}, what is looked at before the first request. */
final class PreflightReader {

    private static final Pattern POOL = Pattern.compile("\\d{1,9}|[A-Za-z_][A-Za-z0-9_]*");

    private PreflightReader() {}

    static PreflightPlan read(PlanNode node) {
        PlanObject o = Section.PREFLIGHT.at(node);
        List<String> checks = o.get("checks", PreflightReader::checks, Checks.NAMES);
        PreflightPlan.Database database = o.get("database", PreflightReader::database, null);
        if (database == null && o.has("checks") && checks.contains("database") && !o.has("database")) {
            o.key("checks").error("the check 'database' needs to know what there is",
                    "add database: { maxConnections: 100, pool: DB_MAX_OPEN_CONNS }");
        }
        return new PreflightPlan(checks, o.get("fix", PlanNode::bool, false),
                o.get("drainTimeout", PlanNode::duration, PreflightPlan.DRAIN), database);
    }

    private static List<String> checks(PlanNode node) {
        List<String> names = new ArrayList<>();
        for (PlanNode item : node.list()) {
            String name = item.text();
            if (name != null && !Checks.NAMES.contains(name)) {
                item.error("there is no check " + PlanNode.shown(name), "known here: " + String.join(", ", Checks.NAMES));
            } else if (name != null) {
                names.add(name);
            }
        }
        return names;
    }

    private static PreflightPlan.Database database(PlanNode node) {
        PlanObject o = Section.DATABASE.at(node);
        Long most = o.need("maxConnections", n -> n.whole(1, 10_000_000), "100");
        String pool = o.need("pool", n -> n.matching(POOL, "a number or the name of an environment variable",
                "write for example 20, or DB_MAX_OPEN_CONNS"), "DB_MAX_OPEN_CONNS");
        return most == null || pool == null ? null : new PreflightPlan.Database(most, pool);
    }
}

package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What becomes of each field of a kind of object: the one place where a field stands. A field outside of the table is reported
 * like one that is lost. One row a line, with bars between: path, fate, and of a lost one the reason and the remedy. In a path
 * {@code []} is any position, {@code *} any key, and {@code .**} at the end all that is below. The first row that fits counts.
 * Any thread.
 */
final class FieldTable {

    /** What becomes of a field. */
    enum Fate {
        /** The plan says the same, or the reader says why not. */
        PLAN,
        /** Stays in force where it is. */
        KEPT,
        /** Says nothing about how a release goes. */
        NONE,
        /** The plan lacks it, and no verdict depends on it. */
        LOST,
        /** The plan lacks it, and a release may end otherwise without it. */
        VERDICT
    }

    private record Row(Pattern path, boolean below, Fate fate, String reason, String remedy) {}

    private final List<Row> rows = new ArrayList<>();

    private FieldTable() {}

    static FieldTable of(String... tables) {
        FieldTable table = new FieldTable();
        for (String line : String.join("", tables).lines().toList()) {
            String[] cells = Stream.of(line.split("\\|", 4)).map(String::strip).toArray(String[]::new);
            boolean below = cells[0].endsWith(".**");
            String path = below ? cells[0].substring(0, cells[0].length() - 3) : cells[0];
            table.rows.add(new Row(
                    Pattern.compile(pattern(path)),
                    below,
                    Fate.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                    cells.length > 2 ? cells[2] : "",
                    cells.length > 3 ? cells[3] : ""));
        }
        return table;
    }

    private static String pattern(String path) {
        return Pattern.quote(path).replace("[]", "\\E\\[\\d+\\]\\Q").replace("*", "\\E[^.]++\\Q");
    }

    /** Reports every field of the object that is lost or not in the table. */
    void report(Manifest object, PlanBuilder builder) {
        walk(object.root(), object, builder, new HashSet<>());
    }

    /** What becomes of the field at a path; null where the table does not say. */
    Fate fate(String path) {
        Row row = row(path, true);
        for (int dot = path.lastIndexOf('.'); row == null && dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            row = row(path.substring(0, dot), false);
        }
        return row == null ? null : row.fate;
    }

    private void walk(YamlNode node, Manifest object, PlanBuilder builder, Set<String> said) {
        if (Manifest.isNull(node)) {
            return;
        }
        boolean leaf = node.isScalar() || children(node).isEmpty();
        Row row = row(node.path(), leaf);
        if (row == null && leaf) {
            builder.lost(
                    object,
                    node,
                    true,
                    "is not a field that canary init knows",
                    "read what it does, and write what the plan needs of it");
        } else if (row == null) {
            children(node).forEach(child -> walk(child, object, builder, said));
        } else if (row.fate == Fate.LOST || row.fate == Fate.VERDICT) {
            if (said.add(node.path())) {
                builder.lost(object, node, row.fate == Fate.VERDICT, row.reason, row.remedy);
            }
        }
    }

    /** The row of a leaf, or one that speaks of all below a node. */
    private Row row(String path, boolean leaf) {
        return rows.stream()
                .filter(r -> (leaf || r.below) && r.path.matcher(path).matches())
                .findFirst()
                .orElse(null);
    }

    private static List<YamlNode> children(YamlNode node) {
        if (node.isList()) {
            return node.list();
        }
        if (!node.isObject()) {
            return List.of();
        }
        YamlObject fields = node.object();
        return fields.keys().stream().map(fields::value).toList();
    }
}

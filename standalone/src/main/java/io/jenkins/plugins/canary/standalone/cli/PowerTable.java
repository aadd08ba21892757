package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the phases of a plan can detect, as a table for a terminal: a row a criterion, the remedies below. Rows with the same
 * problem and remedy share one number.
 */
final class PowerTable {

    private static final List<String> HEAD =
            List.of("phase", "criterion", "requests", "smallest harm seen (95%)", "good releases stopped", "");
    private static final String GAP = "  ";
    /** The column of numbers, which end at the right. */
    private static final int RIGHT = 2;

    private PowerTable() {}

    /** The lines to print. */
    static List<String> of(List<PowerAnalysis.Line> criteria) {
        Map<String, Set<String>> remedies = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (PowerAnalysis.Line line : criteria) {
            PowerAnalysis.Cells cells = line.cells();
            String mark = "";
            if (cells.problem() != null) {
                String remedy = cells.problem() + ": " + cells.remedy();
                remedies.computeIfAbsent(remedy, r -> new LinkedHashSet<>()).add(line.phase());
                mark = "[" + (List.copyOf(remedies.keySet()).indexOf(remedy) + 1) + "]";
            }
            rows.add(List.of(
                    cells.phase(),
                    line.criterion().isEmpty() ? "-" : line.criterion(),
                    Long.toString(cells.requests()),
                    cells.harm() == null ? "none" : cells.harm(),
                    share(line),
                    mark));
        }
        List<String> lines = table(rows);
        if (!remedies.isEmpty()) {
            lines.add("");
            lines.add("remedies:");
            int number = 1;
            for (Map.Entry<String, Set<String>> remedy : remedies.entrySet()) {
                lines.add(GAP + "[" + number++ + "] " + String.join(", ", remedy.getValue()) + ": " + remedy.getKey());
            }
        }
        lines.add("");
        return lines;
    }

    private static String share(PowerAnalysis.Line line) {
        if (line.criterion().isEmpty()) {
            return "-";
        }
        return line.falseStops() < 1e-4 ? "< 0.01%" : Units.print(line.falseStops(), Unit.RATIO);
    }

    private static List<String> table(List<List<String>> rows) {
        int[] widths = new int[HEAD.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? "" : GAP).append(i == RIGHT ? pad + row.get(i) : row.get(i) + pad);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}

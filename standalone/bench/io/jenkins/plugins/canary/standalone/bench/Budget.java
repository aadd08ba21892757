package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One line of the table.
 *
 * @param what the budget in words
 * @param most the largest value that meets it
 * @param measured in the same unit
 * @param unit for people
 * @param note how it was measured, where that matters; else ""
 */
record Budget(String what, double most, double measured, String unit, String note) {

    boolean met() {
        return measured <= most;
    }

    void write(ObjectNode json) {
        json.put("budget", what.strip())
                .put("most", most)
                .put("measured", measured)
                .put("unit", unit)
                .put("met", met())
                .put("note", note);
    }

    String line(int width) {
        return String.format(
                Locale.ROOT,
                "%-" + width + "s | %14s | %14s | %s%s",
                what,
                shown(most),
                shown(measured),
                met() ? "met" : "MISSED",
                note.isEmpty() ? "" : "   (" + note + ")");
    }

    private String shown(double value) {
        String digits = value >= 100 || value == Math.rint(value) ? "%.0f %s" : value >= 1 ? "%.1f %s" : "%.3f %s";
        return String.format(Locale.ROOT, digits, value, unit);
    }
}

package io.jenkins.plugins.canary.engine.judge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The rows of a file of measurements: one number a line, or a table (columns apart by comma, semicolon or tab) with a
 * header. Empty lines and lines that start with {@code #} are skipped. Everything wrong is reported at once, by line.
 */
public final class Samples {

    private static final int MOST_REPORTED = 10;
    /** Larger counts are a mistake, and would in the end overflow a sum. */
    private static final double MOST_REQUESTS = 1e12;

    private final String name;
    private final List<String> header;
    private final List<Row> rows;
    private final List<String> problems = new ArrayList<>();

    private record Row(int line, List<String> cells) {}

    private Samples(String name, List<String> header, List<Row> rows) {
        this.name = name;
        this.header = header;
        this.rows = rows;
    }

    /** @param name of the file, for the errors */
    public static Samples of(String text, String name) {
        List<Row> rows = new ArrayList<>();
        List<String> header = List.of();
        int number = 0;
        for (String line : text.split("\\R")) {
            number++;
            String content = (number == 1 ? line.replace("\uFEFF", "") : line).strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            List<String> cells = Arrays.stream(content.split("[,;\t]", -1))
                    .map(String::strip)
                    .toList();
            if (rows.isEmpty()
                    && header.isEmpty()
                    && cells.stream().allMatch(c -> c.matches("[\"A-Za-z_].*") && number(c) == null)) {
                header = cells.stream()
                        .map(c -> c.replace("\"", "").toLowerCase(Locale.ROOT))
                        .toList();
            } else {
                rows.add(new Row(number, cells));
            }
        }
        return new Samples(name, header, rows);
    }

    /** Whether the rows are {@code failures,total}: by header, or by having two columns. */
    public boolean areCounts() {
        return header.isEmpty()
                ? !rows.isEmpty() && rows.get(0).cells.size() == 2
                : header.contains("failures") && header.contains("total");
    }

    /**
     * One number a row; {@code NaN}, {@code null} and nothing between separators are missing values, NaN. A table needs a
     * header with a column {@code value}.
     *
     * @throws IllegalArgumentException naming each line that is wrong
     */
    public double[] values() {
        int column = header.isEmpty() || header.size() == 1 ? 0 : header.indexOf("value");
        if (column < 0) {
            problems.add("none of the columns " + String.join(", ", header) + " is called 'value'");
        }
        double[] values = new double[column < 0 ? 0 : rows.size()];
        for (int i = 0; i < values.length; i++) {
            Row row = rows.get(i);
            if (!fits(row, 1, "; write one number a line, or a header with a column 'value'")) {
                continue;
            }
            Double value = number(row.cells.get(column));
            if (value == null) {
                problems.add("line " + row.line + ": '" + row.cells.get(column) + "' is not a number");
            } else if (value.isInfinite()) {
                problems.add("line " + row.line + ": '" + row.cells.get(column)
                        + "' is infinite; write NaN for a missing value");
            } else {
                values[i] = value;
            }
        }
        report();
        return values;
    }

    /**
     * One {@link Counts} a row: the columns {@code failures} and {@code total} of the header, or the first and second.
     *
     * @throws IllegalArgumentException naming each line that is wrong
     */
    public List<Counts> counts() {
        int failures = header.isEmpty() ? 0 : header.indexOf("failures");
        int total = header.isEmpty() ? 1 : header.indexOf("total");
        List<Counts> counts = new ArrayList<>();
        if (failures < 0 || total < 0) {
            problems.add("the columns " + String.join(", ", header) + " do not hold both 'failures' and 'total'");
        } else {
            for (Row row : rows) {
                if (!fits(row, 2, "; write failures,total")) {
                    continue;
                }
                Long failed = whole(row, row.cells.get(failures));
                Long of = whole(row, row.cells.get(total));
                try {
                    counts.add(failed == null || of == null ? Counts.NONE : new Counts(failed, of));
                } catch (IllegalArgumentException e) {
                    problems.add("line " + row.line + ": " + e.getMessage());
                }
            }
        }
        report();
        return counts;
    }

    /** Whether a row has as many cells as the header, or as a table without one. */
    private boolean fits(Row row, int least, String remedy) {
        int columns = Math.max(least, header.size());
        if (row.cells.size() != columns) {
            problems.add("line " + row.line + ": " + row.cells.size() + " columns instead of " + columns
                    + (header.isEmpty() ? remedy : ""));
        }
        return row.cells.size() == columns;
    }

    private Long whole(Row row, String cell) {
        Double value = number(cell);
        // Rates of counters times a window are rarely whole to the last bit; a hundredth off is no count.
        if (value == null || !(Math.abs(value) <= MOST_REQUESTS) || Math.abs(value - Math.rint(value)) > 0.01) {
            problems.add("line " + row.line + ": '" + cell + "' is not a whole number of requests");
            return null;
        }
        return Math.round(value);
    }

    private static Double number(String cell) {
        return switch (cell.toLowerCase(Locale.ROOT)) {
            case "", "nan", "null", "na", "-" -> Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default ->
                cell.matches("[+-]?(?:\\d++(?:\\.\\d*+)?|\\.\\d++)(?:[eE][+-]?\\d++)?") ? Double.valueOf(cell) : null;
        };
    }

    private void report() {
        if (problems.isEmpty()) {
            return;
        }
        int more = problems.size() - MOST_REPORTED;
        throw new IllegalArgumentException(name + ": "
                + String.join("; ", problems.subList(0, Math.min(problems.size(), MOST_REPORTED)))
                + (more > 0 ? "; and " + more + " more" : ""));
    }
}

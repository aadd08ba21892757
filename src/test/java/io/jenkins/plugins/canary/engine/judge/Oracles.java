package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The values that R 4.2.2 computed, by oracles.R beside oracles.txt: one case a line, the kind first. */
record Oracles(String name, List<String> columns) {

    static Stream<Oracles> of(String kind) {
        try (InputStream in = Oracles.class.getResourceAsStream("oracles.txt")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> List.of(line.split("\t")))
                    .filter(columns -> columns.get(0).equals(kind))
                    .map(columns ->
                            new Oracles(String.join(" ", columns.subList(1, Math.min(5, columns.size()))), columns));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    double number(int column) {
        return Double.parseDouble(columns.get(column).strip());
    }

    long whole(int column) {
        return Math.round(number(column));
    }

    double[] numbers(int column) {
        return Arrays.stream(columns.get(column).strip().split(" +"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** To 1e-6 of the value. */
    static void assertClose(double expected, double actual, String what) {
        assertClose(expected, actual, 0, what);
    }

    /** @param absolute a difference that is let pass where the value is near zero */
    static void assertClose(double expected, double actual, double absolute, String what) {
        if (Double.isInfinite(expected) || expected == actual) {
            assertEquals(expected, actual, what);
        } else {
            assertEquals(expected, actual, Math.max(1e-6 * Math.abs(expected), absolute), what);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

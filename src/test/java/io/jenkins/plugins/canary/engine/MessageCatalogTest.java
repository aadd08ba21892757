package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageCatalogTest {

    private static final MessageCatalog GERMAN = MessageCatalog.of(Locale.GERMANY);
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)[#*!]?\\}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The gate of phase Ramp 2 failed at 5% | Das Gate der Phase Ramp 2 ist nicht bestanden bei 5%",
                "latency p99 is 612 ms, above the maximum of 500 ms | latency p99 ist 612 ms, über dem Maximum von 500 ms",
                "Rolling back: error-rate is 4%, above the maximum of 1%; and 2 more"
                        + " | Wird zurückgenommen: error-rate ist 4%, über dem Maximum von 1%; und 2 weitere",
                "Waits for the window: Tue 1 Dec 09:00 Europe/Berlin (Christmas)"
                        + " | Wartet auf das Zeitfenster: Di 1. Dez 09:00 Europe/Berlin (Christmas)",
                "The router is at 20% instead of 5%: somebody else changed it; the rollout is on hold"
                        + " | Der Router steht auf 20% statt auf 5%: jemand anders hat das geändert; der Rollout ist angehalten",
                "error-rate (canary): no data, no requests in 1 min"
                        + " | error-rate (canary): keine Daten, keine Anfragen in 1 min",
            })
    void saysSentencesInGerman(String english, String german) {
        assertEquals(german, GERMAN.translate(english));
        assertEquals(english, MessageCatalog.of(Locale.ENGLISH).translate(english));
        assertEquals(english, MessageCatalog.of(Locale.FRENCH).translate(english));
    }

    @Test
    void keepsWhatCameFromOutside() {
        assertEquals(
                "Angehalten: we are watching the database",
                GERMAN.translate("Put on hold: we are watching the database"));
        assertEquals("too many requests", GERMAN.translate("too many requests"));
        assertEquals("disk at 5%", GERMAN.translate("disk at 5%"));
        assertNull(GERMAN.translate(null));
    }

    @Test
    void translatesTheLineOverACommandAndKeepsTheCommand() {
        assertEquals(
                "Der Router hat versagt, neuer Versuch: denied\nkubectl get pods",
                GERMAN.translate("The router failed, retrying: denied\nkubectl get pods"));
    }

    @Test
    void givesUpOnATextThatIsMadeToTakeLong() {
        String hostile = "a; ".repeat(200) + "b at 5%".repeat(50);
        assertEquals(hostile, GERMAN.translate(hostile));
        String parts = "a; b: ".repeat(150);
        assertEquals(parts, GERMAN.translate(parts));
    }

    @Test
    void fillsInTheSameValuesInBothLanguages() throws IOException {
        Map<String, String> all = MessageCatalog.read("de");
        all.forEach((english, german) -> {
            assertEquals(names(english), names(german), english);
            assertNotEquals(english, german);
        });
        assertEquals(List.copyOf(new TreeSet<>(all.keySet())), List.copyOf(all.keySet()), "keys are sorted");
    }

    private static List<String> names(String template) {
        return PLACEHOLDER
                .matcher(template)
                .results()
                .map(m -> m.group(1))
                .sorted()
                .toList();
    }

    /** A sentence that is worded anew in the code is worded anew in the catalog. */
    @Test
    void hasNoSentenceThatTheCodeDoesNotSay() throws IOException {
        String said = literals();
        List<String> unsaid = new ArrayList<>();
        for (String english : MessageCatalog.read("de").keySet()) {
            for (String piece : PLACEHOLDER.split(english)) {
                if (!said.contains(piece) && !isPutTogether(piece, said, "")) {
                    unsaid.add(english + " <" + piece + ">");
                }
            }
        }
        assertEquals("", String.join("\n", unsaid));
    }

    /** Whether it is the end of a literal, whole ones, and the beginning of another. */
    private static boolean isPutTogether(String piece, String said, String begin) {
        for (int i = 1; i < piece.length(); i++) {
            if (said.contains(begin + piece.substring(0, i) + "\n")) {
                String rest = piece.substring(i);
                if (said.contains("\n" + rest) || isPutTogether(rest, said, "\n")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What stands between quotes in the engine's and the plugin's sources, a line each, and the words of enums and calendars. */
    private static String literals() throws IOException {
        Path sources =
                Path.of(Files.isDirectory(Path.of("examples")) ? "" : "..").resolve("src/main/java");
        Set<String> all = new TreeSet<>(List.of("header", "cookie"));
        Stream.of(DayOfWeek.values()).forEach(d -> all.add(d.getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + " "));
        Stream.of(Month.values()).forEach(m -> all.add(m.getDisplayName(TextStyle.SHORT, Locale.ENGLISH) + " "));
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String code = Files.readString(file)
                        .replaceAll("(?m)^\\s*(//|\\*|/\\*\\*).*$", "")
                        .replace("'\"'", "")
                        .replaceAll("\"\\s*\\+\\s*\"", "");
                LITERAL.matcher(code).results().forEach(m -> all.add(m.group(1)));
            }
        }
        return "\n" + String.join("\n", all) + "\n";
    }
}

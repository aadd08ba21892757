package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever reads the page finds its words in the runbook: what the runbook quotes, the page or the engine says. */
class RunbookTest {

    private static final Path ROOT = ReleaseExamplesTest.ROOT;
    private static final Path SOURCES = ROOT.resolve("src/main/java/io/jenkins/plugins/canary/engine");

    private static String texts() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path folder : List.of(SOURCES, ROOT.resolve("src/main/webapp/gate"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.toString().matches(".*\\.(java|js|json)")).toList()) {
                    // A text over two lines of source is one text.
                    all.append(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", "")).append('\n');
                }
            }
        }
        return all.toString();
    }

    @Test
    void everyQuoteIsSaidByThePage() throws IOException {
        String texts = texts();
        Matcher quote = Pattern.compile("\"([^\"\n]+)\"").matcher(Files.readString(ROOT.resolve("docs/runbook.md"))
                .replaceAll("(?s)`[^`]*`", ""));
        int found = 0;
        while (quote.find()) {
            found++;
            assertTrue(texts.contains(quote.group(1)), "nothing says: " + quote.group(1));
        }
        assertTrue(found > 15, "only " + found + " quotes");
    }

    @Test
    void everyHeadingQuotesThePage() throws IOException {
        String without = Files.readAllLines(ROOT.resolve("docs/runbook.md")).stream()
                .filter(l -> l.startsWith("## ") && !l.contains("\"")).collect(Collectors.joining("; "));
        assertTrue(without.isEmpty(), without);
    }
}

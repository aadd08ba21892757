package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.rollout.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever reads the page finds its words in the runbook: what the runbook quotes, the page or the engine says. */
class RunbookTest {

    private static final Path ROOT = ReleaseExamplesTest.ROOT;
    private static final Path SOURCES = ROOT.resolve("src/main/java/io/jenkins/plugins/canary/engine");

    private static final Path MESSAGES =
            ROOT.resolve("src/main/resources/io/jenkins/plugins/canary/rollouts/Messages.properties");

    private static String texts() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path folder : List.of(SOURCES, ROOT.resolve("src/main/webapp/gate"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.toString().matches(".*\\.(java|js|json)"))
                        .toList()) {
                    // A text over two lines of source is one text.
                    all.append(Files.readString(file).replaceAll("\"\\s*\\+\\s*\"", ""))
                            .append('\n');
                }
            }
        }
        return all.append(Files.readString(MESSAGES)).toString();
    }

    private static String runbook() throws IOException {
        return Files.readString(ROOT.resolve("docs/runbook.md"));
    }

    @Test
    void everyQuoteIsSaidByThePage() throws IOException {
        String texts = texts();
        Matcher quote = Pattern.compile("\"([^\"\n]+)\"").matcher(runbook().replaceAll("(?s)`[^`]*`", ""));
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
                .filter(l -> l.startsWith("## ") && !l.contains("\""))
                .collect(Collectors.joining("; "));
        assertTrue(without.isEmpty(), without);
    }

    /** States of rollouts in lists, of phases and of checks, and every headline: the words that people will look up. */
    @Test
    void everyWordOfStateAndVerdictHasItsEntry() throws IOException {
        List<String> words = new ArrayList<>(found("(?m)^Status\\.\\w+=(.+)$", Files.readString(MESSAGES)));
        assertEquals(Status.values().length, words.size(), words.toString());
        words.addAll(found(
                "\"(?:outcome|phase)\\.[A-Z_]+\": \"([^\"]+)\"",
                Files.readString(ROOT.resolve("src/main/webapp/gate/messages-en.json"))));
        words.addAll(found(
                "\"( is promoted[^\"]*| was [^\"]+|[A-Z][^\":;]{7,})",
                Files.readString(SOURCES.resolve("view/Headline.java")).replaceAll("\"\\s*\\+\\s*\"", "")));
        String runbook = runbook();
        List<String> missing =
                words.stream().filter(w -> !runbook.contains("\"" + w)).toList();
        assertEquals(List.of(), missing);
        assertTrue(words.size() > 45, "only " + words);
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    @Test
    void everyLinkWithinThePageLeadsToAHeading() throws IOException {
        String runbook = runbook();
        List<String> anchors = found("(?m)^## (.+)$", runbook).stream()
                .map(h ->
                        h.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
                .toList();
        List<String> lost = found("\\]\\(#([^)]+)\\)", runbook).stream()
                .filter(l -> !anchors.contains(l))
                .toList();
        assertEquals(List.of(), lost, anchors::toString);
    }
}

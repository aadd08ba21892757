package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links within the documentation lead to a file that is there, and to a heading that is on it; the index names every page. */
class DocumentationLinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

    /** {@code canaryStart plan: ...} or {@code canaryGate()}; no YAML key. */
    private static final Pattern STEP = Pattern.compile("\\b(canary[A-Z][a-z]+)(?:\\(| \\w+: )");

    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page).replaceAll("(?ms)^ *```.*?^ *```$", ""))
                .results()
                .map(m -> m.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> lost = new ArrayList<>();
        for (Path page : MarkdownPages.pages()) {
            String text = Files.readString(page)
                    .replaceAll("(?ms)^ *```.*?^ *```$", "")
                    .replaceAll("`[^`\n]*`", "");
            for (String link : LINK.matcher(text).results().map(m -> m.group(1)).toList()) {
                if (link.matches("[a-z]+:.*")) {
                    continue;
                }
                String[] parts = link.split("#", 2);
                Path to = parts[0].isEmpty()
                        ? page
                        : page.resolveSibling(parts[0]).normalize();
                boolean found = Files.exists(to)
                        && (parts.length == 1
                                || !to.toString().endsWith(".md")
                                || anchors(to).contains(parts[1]));
                if (!found) {
                    lost.add(MarkdownPages.ROOT.relativize(page) + ": " + link);
                }
            }
        }
        assertEquals(List.of(), lost);
    }

    @Test
    void everyPipelineStepThatAPageCallsIsThere() throws IOException {
        Path steps = MarkdownPages.ROOT.resolve("src/main/java/io/jenkins/plugins/canary/steps");
        List<String> lost = new ArrayList<>();
        int calls = 0;
        for (Path page : MarkdownPages.pages()) {
            for (String step : STEP.matcher(Files.readString(page))
                    .results()
                    .map(m -> m.group(1))
                    .toList()) {
                calls++;
                if (!Files.exists(steps.resolve("C" + step.substring(1) + "Step.java"))) {
                    lost.add(MarkdownPages.ROOT.relativize(page) + ": " + step);
                }
            }
        }
        assertEquals(List.of(), lost);
        assertTrue(calls > 10, "calls found: " + calls);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs", "docs/drivers"})
    void theIndexNamesEveryPage(String folder) throws IOException {
        Path docs = MarkdownPages.ROOT.resolve(folder);
        String index = Files.readString(docs.resolve("README.md"));
        try (Stream<Path> files = Files.walk(docs)) {
            assertEquals(
                    List.of(),
                    files.filter(f -> f.toString().endsWith(".md"))
                            .map(f -> docs.relativize(f).toString())
                            .filter(name -> !name.equals("README.md") && !index.contains("](" + name))
                            .sorted()
                            .toList());
        }
    }
}

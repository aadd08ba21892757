package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/steps.md has every step, and of each step every argument and no other. */
class StepsPageTest {

    private static final Path SOURCES = Path.of("../src/main/java/io/jenkins/plugins/canary/steps");

    static List<Path> steps() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            List<Path> steps = files.filter(f -> f.getFileName().toString().matches("Canary.+Step\\.java"))
                    .sorted()
                    .toList();
            assertEquals(8, steps.size(), "the list at the top of the page, too: " + steps);
            return steps;
        }
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(m -> m.group(1))
                .toList();
    }

    /** The code of a step, and that of the steps it extends. */
    private static String withInherited(String code) throws IOException {
        List<String> base = found("class \\w+ extends (\\w+Step) ", code);
        return base.isEmpty() || base.get(0).equals("Step")
                ? code
                : code + withInherited(Files.readString(SOURCES.resolve(base.get(0) + ".java")));
    }

    private static String decapitalized(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void everyArgumentIsOnThePage(Path source) throws IOException {
        String code = withInherited(Files.readString(source));
        String step = found("super\\((?:\\w+, )?\"(\\w+)\"", code).get(0);
        List<String> arguments = new ArrayList<>();
        found("@DataBoundSetter\\s+public void set(\\w+)\\(", code).forEach(name -> arguments.add(decapitalized(name)));
        for (String parameters : found("@DataBoundConstructor\\s+public \\w+\\(([^)]*)\\)", code)) {
            arguments.addAll(found("\\w+ (\\w+)", parameters));
        }
        String page = Files.readString(Path.of("../docs/steps.md"));
        assertTrue(
                page.contains("| [`" + step + "`](#" + step.toLowerCase(Locale.ROOT) + ") |"),
                step + " is not in the list");
        List<String> sections = found("(?s)\n## " + step + "\n(.*?)\n## ", page);
        assertEquals(1, sections.size(), "no section about " + step);
        assertEquals(new TreeSet<>(arguments), new TreeSet<>(found("(?m)^\\| `(\\w+)` \\|", sections.get(0))), step);
        assertTrue(
                arguments.stream().anyMatch(a -> a.startsWith("rollout")),
                "the sources are read wrongly: " + arguments);
    }
}

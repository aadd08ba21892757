package io.jenkins.plugins.canary.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of public cases names tests that exist. */
class PublicCasesTest {

    private static final Path TABLE = Path.of("../src/test/resources/io/jenkins/plugins/canary/engine/cases/README.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+b?) \\|.*\\| (.*) \\|$");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final int CASES = 27;

    @Test
    void eachCaseHasItsTest() throws IOException {
        List<Path> sources;
        try (Stream<Path> engine = Files.walk(Path.of("../src/test/java"));
                Stream<Path> own = Files.walk(Path.of("src/test/java"))) {
            sources = Stream.concat(engine, own).toList();
        }
        Matcher rows = ROW.matcher(Files.readString(TABLE));
        int cases = 0;
        while (rows.find()) {
            cases++;
            Matcher tests = TEST.matcher(rows.group(2));
            int found = 0;
            while (tests.find()) {
                found++;
                String file = tests.group(1) + ".java";
                Path source = sources.stream()
                        .filter(p -> p.endsWith(file))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("there is no " + file));
                assertTrue(
                        Files.readString(source).contains("void " + tests.group(2) + "("),
                        source + " has no test " + tests.group(2));
            }
            assertTrue(found > 0, "case " + rows.group(1) + " has no test");
        }
        assertEquals(CASES, cases);
    }
}

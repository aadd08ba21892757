package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Every {@code ./canary} command on a page: those that need nothing but files are run, of the others the options are parsed.
 */
class DocumentedCommandsTest {

    /** What runs without a service, a cluster or a metrics server. */
    private static final Set<String> RUNNABLE =
            Set.of("check", "init", "weight", "judge", "dashboards", "kayenta", "roi", "report", "verify");

    private static final Set<String> ELSEWHERE = Set.of("--serve", "--measure", "--from-cluster");
    /** Files of the reader's own, and what stands for them here. */
    private static final Map<String, String> OWN = Map.of(
            "deploy/canary.yaml", "examples/api-gateway/canary.yaml",
            "deploy/.canary/api-gateway.jsonl", "examples/first-release/rolled-back.jsonl",
            "examples/first-release/.canary/shop.jsonl", "examples/first-release/rolled-back.jsonl",
            "~/journals", "examples/first-release");

    private static final Set<String> RAN = new TreeSet<>();

    @TempDir
    private Path dir;

    static List<MarkdownPages.Command> commands() throws IOException {
        return MarkdownPages.commands();
    }

    @AfterAll
    static void eachKindWasRun() {
        assertEquals(new TreeSet<>(RUNNABLE), RAN, "commands of the documentation that were run");
    }

    private static boolean runs(MarkdownPages.Command c) {
        return RUNNABLE.contains(c.name())
                && c.words().stream().noneMatch(w -> ELSEWHERE.contains(w) || w.startsWith("https:"));
    }

    private String resolved(String before, String word) {
        if (before.equals("--out")) {
            return dir.resolve(word).toString();
        }
        Path file = MarkdownPages.ROOT.resolve(OWN.getOrDefault(word, word));
        return !word.startsWith("-") && Files.exists(file) ? file.toString() : word;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void doesWhatThePageSays(MarkdownPages.Command c) throws IOException {
        CommandLine all = Main.commandLine();
        if (!all.getSubcommands().containsKey(c.name())) {
            assertTrue(
                    Files.readString(MarkdownPages.ROOT.resolve("canary")).contains("\n  " + c.name() + " "),
                    "the script does not know " + c.name());
            return;
        }
        all.parseArgs(c.words().toArray(String[]::new));
        if (runs(c)) {
            List<String> words = new ArrayList<>(c.words().subList(0, 1));
            for (int i = 1; i < c.words().size(); i++) {
                words.add(resolved(c.words().get(i - 1), c.words().get(i)));
            }
            Cli.Ended end = Cli.run(words.toArray());
            assertEquals(c.comment().contains("exit code 1") ? 1 : 0, end.exit(), end::toString);
            assertTrue(!end.out().isBlank(), end.toString());
            RAN.add(c.name());
        }
    }

    /** A plan named in the examples is there; only the reader's own files may be missing. */
    @Test
    void examplesThatAreNamedAreThere() throws IOException {
        for (MarkdownPages.Command c : commands()) {
            for (String word : c.words()) {
                if (word.startsWith("examples/") && !OWN.containsKey(word)) {
                    assertTrue(Files.exists(MarkdownPages.ROOT.resolve(word)), c + ": there is no " + word);
                }
            }
        }
    }

    /** The README's pipeline is the one that a test runs, without its comment and without its report. */
    @Test
    void thePipelineOfTheReadmeIsTheExample() throws IOException {
        String example = Files.readString(MarkdownPages.ROOT.resolve("examples/pipelines/phases.Jenkinsfile"));
        String readme = Files.readString(MarkdownPages.ROOT.resolve("README.md"));
        for (String line : example.substring(example.indexOf("pipeline {"), example.indexOf("  post {"))
                .lines()
                .toList()) {
            assertTrue(readme.contains("\n" + line + "\n"), "not in the README: " + line);
        }
    }
}

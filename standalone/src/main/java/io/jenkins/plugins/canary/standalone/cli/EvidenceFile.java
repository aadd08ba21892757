package io.jenkins.plugins.canary.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A journal that a person wants to know something of.
 *
 * @param file to be read
 * @param called what the person knows it as
 * @param copy whether the file is only a copy of one in Jenkins, and goes when this is closed
 */
record EvidenceFile(Path file, String called, boolean copy) implements AutoCloseable {

    /** @param given a file, a folder that holds one, or the address of a build in Jenkins or of a rollout in it */
    static EvidenceFile of(String given) throws Failure {
        if (given.matches("(?i)https?://.*")) {
            return JenkinsBuild.at(given, System.getenv("CANARY_JENKINS_USER"), System.getenv("CANARY_JENKINS_TOKEN"))
                    .fetch();
        }
        try {
            Path file = find(Path.of(given));
            return new EvidenceFile(file, file.toString(), false);
        } catch (InvalidPathException e) {
            throw Failure.usage(given + " is neither a file nor the address of a build");
        }
    }

    /** The rollout's id, of a journal that Jenkins keeps. */
    String name() {
        return file.getFileName().toString().replaceFirst("\\.jsonl$", "");
    }

    @Override
    public void close() throws Failure {
        if (copy) {
            discard(file);
        }
    }

    /** Removes a copy and the folder that was made for it. */
    static void discard(Path copy) throws Failure {
        try {
            Files.deleteIfExists(copy);
            Files.deleteIfExists(copy.getParent());
        } catch (IOException e) {
            throw Failure.infrastructure("the copy of the journal cannot be removed: " + e.getMessage());
        }
    }

    /** The file itself, or the only one in the folder of a Jenkins build or of {@code canary run}. */
    private static Path find(Path given) throws Failure {
        if (!Files.isDirectory(given)) {
            if (Files.notExists(given)) {
                throw Failure.usage("there is no file " + given);
            }
            return given;
        }
        for (Path folder : List.of(given, given.resolve("canary"), given.resolve(".canary"))) {
            List<Path> found = journals(folder);
            if (found.size() == 1) {
                return found.get(0);
            }
            if (!found.isEmpty()) {
                String names =
                        found.stream().map(f -> f.getFileName().toString()).collect(Collectors.joining(", "));
                throw Failure.usage(folder + " contains several journals; name one of them: " + names);
            }
        }
        throw Failure.usage(given + " contains no journal (*.jsonl, in it or in its folder canary)");
    }

    private static List<Path> journals(Path folder) throws Failure {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
        } catch (IOException e) {
            throw Failure.infrastructure(folder + " cannot be read: " + e.getMessage());
        }
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a journal is: the file itself, or the only one in the folder of a Jenkins build or of {@code canary run}. */
final class JournalPlace {

    private JournalPlace() {}

    static Path of(Path given) throws Failure {
        if (!Files.isDirectory(given)) {
            if (Files.notExists(given)) {
                throw new Failure(Exit.USAGE, "there is no file " + given);
            }
            return given;
        }
        for (Path folder : List.of(given, given.resolve("canary"), given.resolve(".canary"))) {
            List<Path> found = journals(folder);
            if (found.size() == 1) {
                return found.get(0);
            }
            if (!found.isEmpty()) {
                throw new Failure(
                        Exit.USAGE,
                        folder + " holds several journals, name one of them: "
                                + found.stream()
                                        .map(f -> f.getFileName().toString())
                                        .collect(Collectors.joining(", ")));
            }
        }
        throw new Failure(Exit.USAGE, given + " holds no journal (*.jsonl, in it or in its folder canary)");
    }

    private static List<Path> journals(Path folder) throws Failure {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
        } catch (IOException e) {
            throw new Failure(Exit.INFRASTRUCTURE, folder + " cannot be read: " + e.getMessage());
        }
    }
}

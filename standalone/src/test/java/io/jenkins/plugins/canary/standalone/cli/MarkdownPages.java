package io.jenkins.plugins.canary.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages of the documentation, and the commands on them. */
final class MarkdownPages {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern SHELL = Pattern.compile("(?ms)^ *```sh\\n(.*?)^ *```$");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    private MarkdownPages() {}

    /**
     * @param page relative to the repository
     * @param words without {@code ./canary}
     * @param comment what follows {@code #}, "" when nothing does
     */
    record Command(String page, List<String> words, String comment) {

        String name() {
            return words.get(0);
        }

        @Override
        public String toString() {
            return page + ": ./canary " + String.join(" ", words);
        }
    }

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String top : List.of("README.md", "CONTRIBUTING.md", "docs", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(top))) {
                files.filter(f -> f.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    /** Of every block of shell commands on every page: the lines that start {@code ./canary}. */
    static List<Command> commands() throws IOException {
        List<Command> commands = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = SHELL.matcher(Files.readString(page));
            while (block.find()) {
                block.group(1)
                        .replace("\\\n", " ")
                        .lines()
                        .map(String::strip)
                        .filter(l -> l.startsWith("./canary "))
                        .forEach(line -> commands.add(
                                command(ROOT.relativize(page).toString(), line.substring("./canary ".length()))));
            }
        }
        return commands;
    }

    private static Command command(String page, String line) {
        int comment = line.indexOf(" #");
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(comment < 0 ? line : line.substring(0, comment));
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2) != null ? word.group(2) : word.group(3));
        }
        return new Command(
                page, words, comment < 0 ? "" : line.substring(comment + 2).strip());
    }
}

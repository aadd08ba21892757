package io.jenkins.plugins.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** German is complete: every message, every text of a page, every help. */
class SecondLanguageTest {

    private static final Path RESOURCES = Path.of("src/main/resources/io/jenkins/plugins/canary");
    /** {@code ${%key}} and {@code ${%key(arguments)}}. */
    private static final Pattern TEXT = Pattern.compile("\\$\\{%([^}(]+)[^}]*}");

    private static List<Path> all(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(p -> p.toString().endsWith(ending)).toList();
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties read = new Properties();
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                read.load(in);
            }
        }
        return read;
    }

    private static Path beside(Path file, String from, String to) {
        return file.resolveSibling(file.getFileName().toString().replace(from, to));
    }

    @Test
    void everyMessage() throws IOException {
        List<Path> messages = all("Messages.properties");
        assertEquals(5, messages.size());
        for (Path file : messages) {
            assertEquals(
                    new TreeSet<>(read(file).stringPropertyNames()),
                    new TreeSet<>(
                            read(beside(file, ".properties", "_de.properties")).stringPropertyNames()),
                    file.toString());
        }
    }

    @Test
    void everyTextOfAPage() throws IOException {
        List<Path> pages = all(".jelly");
        assertTrue(pages.size() > 10);
        for (Path page : pages) {
            Set<String> wanted = new TreeSet<>();
            Matcher text = TEXT.matcher(Files.readString(page));
            while (text.find()) {
                wanted.add(text.group(1));
            }
            Properties german = read(beside(page, ".jelly", "_de.properties"));
            assertEquals(wanted, new TreeSet<>(german.stringPropertyNames()), page.toString());
        }
    }

    @Test
    void everyHelp() throws IOException {
        for (Path help : all(".html")) {
            if (!help.toString().endsWith("_de.html")) {
                assertTrue(Files.exists(beside(help, ".html", "_de.html")), help.toString());
            }
        }
    }
}

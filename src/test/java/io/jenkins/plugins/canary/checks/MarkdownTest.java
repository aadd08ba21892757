package io.jenkins.plugins.canary.checks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts from plans, metrics and people. */
class MarkdownTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "error-rate is 4.1%, limit 1%; error-rate is 4.1%, limit 1%",
                "**loud** and `code`; \\*\\*loud\\*\\* and \\`code\\`",
                "[click](https://evil.example); \\[click\\](https\\://evil.example)",
                "see www.evil.example; see www\\.evil.example",
                "<img src=x>; \\<img src=x>",
                "a | b; a \\| b",
                "&lt,b>; \\&lt,b>",
                "snake_case; snake\\_case",
                "C:\\temp; C:\\\\temp",
                "v1.2.3; v1.2.3",
            })
    void staysText(String from, String to) {
        assertEquals(to, Markdown.text(from));
    }

    @Test
    void nobodyIsMentionedAndNoNumberIsALink() {
        assertEquals("thanks @\u200balice for #\u200b12", Markdown.text("thanks @alice for #12"));
    }

    @Test
    void oneLineOfBoundedLength() {
        assertEquals("one two", Markdown.text("one\n\n## two".replace("## ", "")));
        assertEquals(503, Markdown.text("x".repeat(100_000)).length());
    }

    @Test
    void aTable() {
        assertEquals(
                "| A | B |\n| --- | --- |\n| 1 | \\|2 |\n",
                Markdown.head(List.of("A", "B")) + Markdown.row(List.of("1", Markdown.text("|2"))));
    }
}

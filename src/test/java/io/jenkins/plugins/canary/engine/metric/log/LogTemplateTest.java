package io.jenkins.plugins.canary.engine.metric.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTemplateTest {

    private static final String[] PIECES = {
        "a",
        "Z",
        "é",
        "7",
        "42",
        "0x1f",
        " ",
        "\t",
        "\n",
        "'",
        "\"",
        "`",
        "*",
        "-",
        ".",
        "_",
        ":",
        "/",
        "@",
        "#",
        "=",
        ",",
        ", ",
        "{",
        "}",
        "[",
        "<",
        "\\",
        "%",
        "|",
        "error",
        "password=",
        "Bearer ",
        "msg=\"",
        "x@y.de",
        "deadbeef",
        "123e4567-e89b-12d3-a456-426614174000",
        "\u001b[31m",
        "\u202e",
        "{\"msg\":\"",
        "\"}",
        "..."
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '§',
            value = {
                "java.lang.NullPointerException at OrderService.java:123; java.lang.NullPointerException at OrderService.java:*",
                "connect to 10.1.2.3:8080 failed after 30s; connect to * failed after *",
                "2026-12-01T10:00:00.123Z ERROR order 8842 lost; * ERROR order * lost",
                "order 123e4567-e89b-beef-cafe-abcdefabcdef not found; order * not found",
                "trace=4bf92f3577b34da6a3ce929d0e0e4736 span=deadbeef; trace=* span=*",
                "user 'anna' not found in \"shop\"; user * not found in *",
                "can't read it's file 'x'; can't read it's file *",
                "mail to anna.b@example.com refused; mail to * refused",
                "GET /api/v1/users/8842/items: 503; GET /api/*/users/*/items: *",
                "login with password=hunter and token: abc; login with password=* and token: *",
                "Authorization: Bearer abcdef.ghi; Authorization: Bearer *",
                "level=error msg=\"no route to 10.0.0.1\" user=\"anna\"; level=error msg=\"no route to *\" user=*",
                "{\"level\":\"error\",\"msg\":\"pool db7 is empty\",\"id\":9}; pool * is empty",
                "{\"message\":\"lost\",\"error\":{\"type\":\"IOException\"},\"@timestamp\":\"x\"}; lost | IOException",
                "{\"code\":1}; {*}",
                "pool-2-thread-7 [1, 2, 3] stuck; pool-*-thread-* [*] stuck",
            })
    void whatVariesIsMasked(String line, String template) {
        assertEquals(template, LogTemplate.of(line));
    }

    @Test
    void aTemplateIsItsOwnTemplateAndNeverLonger() {
        Random random = new Random(15);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int n = random.nextInt(30); n > 0; n--) {
                line.append(PIECES[random.nextInt(PIECES.length)]);
            }
            String template = LogTemplate.mask(line.toString());
            assertEquals(template, LogTemplate.mask(template), () -> "of " + line);
            assertTrue(template.length() <= line.length(), () -> template + " of " + line);
        }
    }

    @Test
    void aTemplateIsOneShortLine() {
        String template = LogTemplate.of("x\u001b[31m\r\n" + "\u202eword ".repeat(10_000));
        assertTrue(template.length() <= LogTemplate.LONGEST, template);
        assertTrue(template.chars().allMatch(c -> c >= ' ' && c < 127), template);
    }

    @Test
    void hostileLinesTakeNoTime() {
        String[] hostile = {
            "a.".repeat(500_000), "'".repeat(1_000_000), "password=".repeat(100_000), "{".repeat(900_000) + "}"
        };
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (String line : hostile) {
            LogTemplate.of(line);
        }
        long millis = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin) / 1_000_000;
        assertTrue(millis < 1_000, millis + " ms");
    }
}

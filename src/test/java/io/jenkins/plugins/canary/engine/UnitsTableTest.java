package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How values are printed, by the table of examples that the page's formatter is held to as well (src/test/js). */
class UnitsTableTest {

    private static void holds(String part, Function<JsonNode, String> printed) throws IOException {
        JsonNode table;
        try (InputStream in = UnitsTableTest.class.getResourceAsStream("values.json")) {
            table = new ObjectMapper().readTree(in).get(part);
        }
        assertTrue(table.size() > 3, part);
        for (JsonNode example : table) {
            assertEquals(example.get("text").asText(), printed.apply(example), example.toString());
        }
    }

    @Test
    void values() throws IOException {
        holds(
                "values",
                e -> Units.print(
                        e.get("value").asDouble(),
                        Unit.valueOf(e.get("unit").asText().toUpperCase(Locale.ROOT))));
    }

    @Test
    void durations() throws IOException {
        holds("durations", e -> Units.print(Duration.ofMillis(e.get("millis").asLong())));
    }

    @Test
    void counts() throws IOException {
        holds("counts", e -> Units.count(e.get("count").asLong(), e.get("one").asText()));
    }

    @Test
    void weights() throws IOException {
        holds("weights", e -> Weight.ofPercent(e.get("percent").asDouble()).toString());
    }

    /** What is written goes back into a plan. */
    @Test
    void plansReadWhatIsWrittenForThem() {
        for (String duration : new String[] {"1h30m", "250ms", "2d", "0s", "1m5s"}) {
            assertEquals(duration, Units.write(Units.duration(duration)));
        }
        assertEquals("812ms", Units.write(0.812, Unit.SECONDS));
        assertEquals("1250%", Units.write(12.5, Unit.RATIO));
    }
}

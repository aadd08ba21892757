package io.jenkins.plugins.canary.engine.report.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Lists of known incidents: what is read is written as CSV, and read again as the same. */
class IncidentFileFuzzTest {

    private static boolean read(String text) {
        List<Incident> read = IncidentFile.parse("list", text);
        assertTrue(read.stream().allMatch(i -> i.from() < i.to()), read.toString());
        String printed = read.stream().map(IncidentFileFuzzTest::print).collect(Collectors.joining());
        assertEquals(read, IncidentFile.parse("list", printed));
        return true;
    }

    private static String print(Incident incident) {
        return Instant.ofEpochMilli(incident.from()) + "," + Instant.ofEpochMilli(incident.to()) + ",\""
                + incident.name().replace("\"", "\"\"") + "\"\n";
    }

    @FuzzTest
    @DictionaryEntries({
        "from,to,name\\x0A",
        "2026-10-01T06:00:00Z,2026-10-01T07:30:00Z,a\\x0A",
        "[{\"from\":\"2026-10-01T06:00:00Z\",\"to\":\"2026-10-01T07:30:00+02:00\",\"name\":\"a\"}]",
        "+02:00",
        "\"\""
    })
    void list(byte[] input) {
        Fuzz.text(input, IncidentFileFuzzTest::read, IllegalArgumentException.class);
    }
}

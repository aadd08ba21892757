package io.jenkins.plugins.canary.engine.report.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncidentFileTest {

    private static final List<Incident> TWO = List.of(
            incident("2026-10-01T06:00:00Z", "2026-10-01T07:30:00Z", "checkout down"),
            incident("2026-10-02T06:00:00Z", "2026-10-02T06:05:00Z", "slow, \"very\" slow"));

    private static Incident incident(String from, String to, String name) {
        return new Incident(
                Instant.parse(from).toEpochMilli(), Instant.parse(to).toEpochMilli(), name);
    }

    private static String refused(String text) {
        return assertThrows(IllegalArgumentException.class, () -> IncidentFile.parse("list", text))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from,to,name\n2026-10-01T06:00:00Z,2026-10-01T07:30:00Z,checkout down\n"
                        + "2026-10-02T08:00:00+02:00,2026-10-02T06:05:00Z,\"slow, \"\"very\"\" slow\"\n",
                "# ours\r\n\r\n\"2026-10-01T06:00:00Z\", 2026-10-01T07:30:00Z, checkout down\r\n"
                        + "2026-10-02T06:00:00Z,2026-10-02T06:05:00Z,slow, \"very\" slow",
                "[{\"from\":\"2026-10-01T06:00:00Z\",\"to\":\"2026-10-01T07:30:00Z\",\"name\":\"checkout down\"},\n"
                        + "{\"name\":\"slow, \\\"very\\\" slow\",\"severity\":{\"a\":[1]},\"from\":\"2026-10-02T06:00:00Z\","
                        + "\"to\":\"2026-10-02T06:05:00Z\"}]"
            })
    void readsCsvAndJson(String text) {
        assertEquals(TWO, IncidentFile.parse("list", text));
    }

    @Test
    void tellsEveryBrokenLineWithItsRemedy() {
        assertEquals("""
                list:2: 'yesterday' is not a time; write 2026-10-01T06:00:00Z or 2026-10-01T08:00:00+02:00
                list:3: from, to and name are wanted, separated by commas; write 2026-10-01T06:00:00Z,2026-10-01T07:30:00Z,checkout down
                list:4: the incident ends at 2026-10-01T06:00:00Z, not after its beginning at 2026-10-01T06:00:00Z; swap the two times
                list:5: the name of the incident is missing; write one, such as checkout down""", refused("""
                        2026-10-01T06:00:00Z,2026-10-01T06:30:00Z,good
                        yesterday,2026-10-01T06:30:00Z,a
                        2026-10-01T06:00:00Z
                        2026-10-01T06:00:00Z,2026-10-01T06:00:00Z,b
                        2026-10-01T06:00:00Z,2026-10-01T06:30:00Z,
                        """));
    }

    @Test
    void tellsBrokenJsonWithItsLine() {
        String example =
                "{\"from\": \"2026-10-01T06:00:00Z\", \"to\": \"2026-10-01T07:30:00Z\", \"name\": \"checkout down\"}";
        assertEquals(
                "list:2: an incident is an object; write " + example + "\n"
                        + "list:3: from, to and name are wanted; write " + example + "\n"
                        + "list:4: 'soon' is not a time; write 2026-10-01T06:00:00Z or 2026-10-01T08:00:00+02:00\n"
                        + "list:5: this is not valid JSON; check quotes, commas and brackets at this place",
                refused("[\n7,\n{\"from\":\"2026-10-01T06:00:00Z\"},\n"
                        + "{\"from\":\"soon\",\"to\":\"2026-10-01T06:30:00Z\",\"name\":\"a\"},\n{oops}]"));
        assertEquals("list:1: a list of incidents is wanted; write [ " + example + " ]", refused(example));
    }

    @Test
    void yearsBeyondCountingAndNamesThatShowNothingAreTold() {
        assertEquals(
                "list:1: '+1000000000-12-31T23:59:59Z' is not a time; write 2026-10-01T06:00:00Z or"
                        + " 2026-10-01T08:00:00+02:00\n"
                        + "list:2: the name of the incident is missing; write one, such as checkout down",
                refused("2026-10-01T06:00:00Z,+1000000000-12-31T23:59:59Z,a\n"
                        + "2026-10-01T06:00:00Z,2026-10-01T06:30:00Z,\u0007"));
    }

    @Test
    void anEmptyListIsNoList() {
        String remedy = "write lines such as 2026-10-01T06:00:00Z,2026-10-01T07:30:00Z,checkout down";
        assertEquals("list: there is no incident in it; " + remedy, refused("from,to,name\n"));
        assertEquals("list: there is no incident in it; " + remedy, refused("[]"));
    }
}

package io.jenkins.plugins.canary.engine.plan.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What events of an iCalendar file come to. */
class CalendarFileTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant FROM = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2027-12-01T00:00:00Z");

    private static List<String> freezes(String... events) throws CalendarFile.Unreadable {
        String all = Arrays.stream(events)
                .map(e -> "BEGIN:VEVENT\r\n" + e.strip().replace("\n", "\r\n") + "\r\nEND:VEVENT\r\n")
                .reduce("", String::concat);
        return read("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + all + "END:VCALENDAR\r\n");
    }

    private static List<String> read(String text) throws CalendarFile.Unreadable {
        return CalendarFile.read(text, BERLIN, FROM, UNTIL).stream()
                .map(f -> f.from() + " " + f.to() + " " + f.reason())
                .toList();
    }

    @Test
    void daysAreThoseOfThePlansZoneAndTheEndIsNotInIt() throws Exception {
        assertEquals(
                List.of("2026-12-18T23:00:00Z 2027-01-03T23:00:00Z Christmas"),
                freezes("DTSTART;VALUE=DATE:20261219\nDTEND;VALUE=DATE:20270104\nSUMMARY:Christmas"));
        assertEquals(List.of("2027-03-27T23:00:00Z 2027-03-28T22:00:00Z null"), freezes("DTSTART;VALUE=DATE:20270328"));
    }

    @Test
    void timesAreThoseOfTheirZone() throws Exception {
        assertEquals(
                List.of("2026-12-01T12:00:00Z 2026-12-01T14:00:00Z a", "2026-12-01T17:00:00Z 2026-12-01T18:30:00Z b"),
                freezes(
                        "DTSTART:20261201T120000Z\nDURATION:PT2H\nSUMMARY:a",
                        "DTSTART;TZID=America/New_York:20261201T120000\nDTEND;TZID=America/New_York:20261201T133000\nSUMMARY:b"));
        assertEquals(
                List.of("2026-12-01T11:00:00Z 2026-12-01T13:00:00Z null"),
                freezes("DTSTART:20261201T120000\nDTEND:20261201T140000"));
    }

    @Test
    void aSeriesKeepsItsTimeOnTheWallAndLosesItsExceptions() throws Exception {
        assertEquals(
                List.of(
                        "2027-03-18T16:00:00Z 2027-03-19T16:00:00Z null",
                        "2027-04-01T15:00:00Z 2027-04-02T15:00:00Z null"),
                freezes("""
                        UID:s
                        DTSTART;TZID=Europe/Berlin:20270318T170000
                        DURATION:P1D
                        RRULE:FREQ=WEEKLY;COUNT=3
                        EXDATE;TZID=Europe/Berlin:20270325T170000
                        """));
        assertEquals(
                List.of(
                        "2026-12-30T23:00:00Z 2026-12-31T23:00:00Z Year end",
                        "2027-03-30T22:00:00Z 2027-03-31T22:00:00Z Year end"),
                freezes("""
                        UID:q
                        DTSTART;VALUE=DATE:20200331
                        RRULE:FREQ=MONTHLY;BYMONTH=3,12;BYMONTHDAY=-1
                        EXDATE;VALUE=DATE:20250331
                        SUMMARY:Year end
                        """));
    }

    @Test
    void oneThatWasMovedIsWhereItWasMovedTo() throws Exception {
        assertEquals(
                List.of(
                        "2026-12-07T09:00:00Z 2026-12-07T10:00:00Z null",
                        "2026-12-15T12:00:00Z 2026-12-15T13:00:00Z moved"),
                freezes(
                        "UID:m\nDTSTART:20261207T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3",
                        "UID:m\nRECURRENCE-ID:20261214T090000Z\nDTSTART:20261215T120000Z\nDURATION:PT1H\nSUMMARY:moved",
                        "UID:m\nRECURRENCE-ID:20261221T090000Z\nDTSTART:20261221T090000Z\nSTATUS:CANCELLED"));
    }

    @Test
    void aZoneThatTheFileDefinesItself() throws Exception {
        assertEquals(List.of("2027-06-01T08:00:00Z 2027-06-01T09:00:00Z null"), read("""
                        BEGIN:VCALENDAR
                        VERSION:2.0
                        PRODID:-//test//EN
                        BEGIN:VTIMEZONE
                        TZID:Our Office
                        BEGIN:STANDARD
                        DTSTART:16010101T030000
                        TZOFFSETFROM:+0200
                        TZOFFSETTO:+0100
                        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
                        END:STANDARD
                        BEGIN:DAYLIGHT
                        DTSTART:16010101T020000
                        TZOFFSETFROM:+0100
                        TZOFFSETTO:+0200
                        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
                        END:DAYLIGHT
                        END:VTIMEZONE
                        BEGIN:VEVENT
                        UID:o
                        DTSTART;TZID=Our Office:20270601T100000
                        DTEND;TZID=Our Office:20270601T110000
                        END:VEVENT
                        END:VCALENDAR
                        """));
    }

    @Test
    void theMachinesZoneMakesNoDifference() throws Exception {
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            daysAreThoseOfThePlansZoneAndTheEndIsNotInIt();
            timesAreThoseOfTheirZone();
            aSeriesKeepsItsTimeOnTheWallAndLosesItsExceptions();
        } finally {
            TimeZone.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SUMMARY:no start",
                "DTSTART:yesterday",
                "DTSTART;TZID=Atlantis:20261201T120000\nDURATION:PT1H",
                "DTSTART:20261201T120000Z\nDTEND:20261201T110000Z",
                "DTSTART:20261201T120000Z\nDURATION:PT1M\nRRULE:FREQ=HOURLY",
                "DTSTART:20261201T120000Z\nDURATION:PT1M\nRRULE:FREQ=NEVER",
                "DTSTART:20261201T120000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;INTERVAL=0",
                "UID:x\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261201T120000Z\nDTSTART:20261201T120000Z",
            })
    void anEventThatIsNotUnderstoodIsNotLeftOut(String event) {
        assertThrows(CalendarFile.Unreadable.class, () -> freezes(event));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html><body>sign in</body></html>", "BEGIN:VCARD\nEND:VCARD\n", "{}"})
    void whatIsNoCalendar(String text) {
        assertThrows(CalendarFile.Unreadable.class, () -> read(text));
    }
}

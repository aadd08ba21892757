package io.jenkins.plugins.canary.engine.plan.window;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import java.time.Instant;
import java.time.ZoneId;

/** Calendars of strangers, whose events are freezes. */
class CalendarFileFuzzTest {

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    private static final Instant FROM = Instant.parse("2026-11-29T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2028-01-01T00:00:00Z");

    @FuzzTest
    @DictionaryEntries({
        "BEGIN:VCALENDAR\\x0a",
        "BEGIN:VEVENT\\x0a",
        "END:VEVENT\\x0a",
        "END:VCALENDAR\\x0a",
        "DTSTART:20261201T120000Z\\x0a",
        "DTSTART;VALUE=DATE:20261219\\x0a",
        "DTEND:",
        "DURATION:P1D\\x0a",
        "RRULE:FREQ=DAILY",
        ";COUNT=9999999",
        ";BYMONTHDAY=31",
        ";BYMONTH=2",
        ";BYSETPOS=-1",
        ";UNTIL=",
        "EXDATE:",
        "RDATE:",
        "RECURRENCE-ID:",
        "BEGIN:VTIMEZONE\\x0a",
        "TZID:x\\x0a",
        "00010101",
        "99991231"
    })
    void calendar(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    for (Freeze freeze : CalendarFile.read(text, ZONE, FROM, UNTIL)) {
                        assertTrue(freeze.touches(FROM, UNTIL), freeze::toString);
                    }
                    return true;
                },
                CalendarFile.Unreadable.class);
    }
}

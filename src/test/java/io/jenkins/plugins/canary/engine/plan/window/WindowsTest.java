package io.jenkins.plugins.canary.engine.plan.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When windows open and close, held against a look at every minute. */
class WindowsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Windows windows(ZoneId zone, List<Freeze> freezes, String... open) {
        List<WeeklyWindow> weekly =
                java.util.Arrays.stream(open).map(WeeklyWindow::of).toList();
        return new Windows(List.of(new WindowSchedule(zone, weekly, freezes, null)));
    }

    private static Instant at(ZoneId zone, String local) {
        return LocalDateTime.parse(local).atZone(zone).toInstant();
    }

    private static String opens(Windows windows, String local) {
        ZoneId zone = windows.zone();
        Windows.Closed closed = windows.closed(at(zone, local), Windows.Calendars.EMPTY);
        return closed == null ? "open" : closed.opens().atZone(zone).toLocalDateTime() + " " + closed.reason();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T08:59:59, 2026-11-30T09:00 null",
        "2026-11-30T09:00, open",
        "2026-11-30T16:29:59, open",
        "2026-11-30T16:30, 2026-12-01T09:00 null",
        "2026-12-04T16:30, 2026-12-07T09:00 null",
        "2026-12-18T12:00, open",
        "2026-12-18T16:30, 2027-01-04T09:00 Christmas",
        "2026-12-22T12:00, 2027-01-04T09:00 Christmas",
        "2027-01-03T23:59, 2027-01-04T09:00 Christmas",
        "2027-01-04T08:00, 2027-01-04T09:00 null",
    })
    void theWeekAndTheFreezesSayWhenItGoesOn(String now, String opens) {
        Freeze christmas = new Freeze(at(BERLIN, "2026-12-19T00:00"), at(BERLIN, "2027-01-04T00:00"), "Christmas");
        assertEquals(opens, opens(windows(BERLIN, List.of(christmas), "Mon-Fri 09:00-16:30"), now));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30T22:00, open",
        "2026-12-01T01:59, open",
        "2026-12-01T02:00, 2026-12-02T22:00 null",
        "2026-12-03T00:00, open",
        "2026-12-05T00:30, 2026-12-05T12:00 null",
        "2026-12-05T23:59, open",
        "2026-12-06T00:00, 2026-12-07T22:00 null",
    })
    void aWindowOverMidnightBelongsToTheDayOnWhichItBegins(String now, String opens) {
        assertEquals(opens, opens(windows(BERLIN, List.of(), "Mon,Wed 22:00-02:00", "Sat 12:00-24:00"), now));
    }

    @Test
    void whereTheClockIsSetForwardAWindowBeginsWithTheJumpAndWhereItIsSetBackItComesTwice() {
        Windows night = windows(BERLIN, List.of(), "Sun 02:30-03:30");
        Instant jump = Instant.parse("2027-03-28T01:00:00Z");
        assertEquals(
                jump,
                night.closed(at(BERLIN, "2027-03-28T01:30"), Windows.Calendars.EMPTY)
                        .opens());
        assertNull(night.closed(jump, Windows.Calendars.EMPTY));
        Windows short30 = windows(BERLIN, List.of(), "Sun 02:00-02:30");
        Instant first = Instant.parse("2026-10-25T00:00:00Z");
        assertNull(short30.closed(first, Windows.Calendars.EMPTY));
        Instant between = Instant.parse("2026-10-25T00:30:00Z");
        assertEquals(
                Instant.parse("2026-10-25T01:00:00Z"),
                short30.closed(between, Windows.Calendars.EMPTY).opens());
    }

    @Test
    void bothMustBeOpen() {
        Windows office = windows(BERLIN, List.of(), "Mon-Fri 09:00-16:30");
        Windows newYork = windows(ZoneId.of("America/New_York"), List.of(), "08:00-18:00");
        assertEquals("2026-11-30T14:00 null", opens(office.and(newYork), "2026-11-30T10:00"));
        assertEquals("open", opens(office.and(Windows.ALWAYS), "2026-11-30T10:00"));
        Windows never = office.and(windows(BERLIN, List.of(), "Sat,Sun"));
        Windows.Closed closed = never.closed(at(BERLIN, "2026-11-30T10:00"), Windows.Calendars.EMPTY);
        assertNull(closed.opens());
        assertEquals("no window opens any more", closed.reason());
        assertTrue(never.neverOpen());
    }

    @Test
    void aCalendarOfWhichNothingIsKnownKeepsItClosed() {
        FreezeCalendar calendar = new FreezeCalendar("https://calendar.example/freeze.ics", null);
        Windows windows = new Windows(List.of(new WindowSchedule(BERLIN, List.of(), List.of(), calendar)));
        Instant now = at(BERLIN, "2026-11-30T10:00");
        Freeze freeze = new Freeze(now, now.plusSeconds(60), null);
        assertEquals(
                new Windows.Closed(now.plusSeconds(60), "freeze"),
                windows.closed(now, c -> new Windows.Known(List.of(freeze), null, true)));
        assertEquals(
                new Windows.Closed(null, "too slow"),
                windows.closed(now, c -> new Windows.Known(List.of(freeze), "too slow", false)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mon-Fri 09:00-16:30 | Mon,Tue,Wed,Thu,Fri 09:00-16:30",
                "Fri-Mon | Mon,Fri,Sat,Sun 00:00-24:00",
                "22:00 - 02:00 | Mon,Tue,Wed,Thu,Fri,Sat,Sun 22:00-02:00",
                "Sat, Sun 00:00-24:00 | Sat,Sun 00:00-24:00",
                "Sun 12:00-00:00 | Sun 12:00-24:00",
            })
    void theSpellingsOfAWindow(String written, String meant) {
        assertEquals(meant, WeeklyWindow.of(written).toString());
        assertEquals(WeeklyWindow.of(written), WeeklyWindow.of(meant));
    }

    @ParameterizedTest
    @CsvSource({
        "Mon-Fri 9:00-16:30",
        "Mon-Fri 09:00-09:00",
        "09:00",
        "Monday",
        "mon",
        "Mon 12:00-24:01",
        "25:00-26:00",
        "''"
    })
    void whatIsNoWindow(String written) {
        assertNull(WeeklyWindow.of(written));
    }

    /** Minute by minute by java.time alone, over changes of the clock of half an hour, an hour and at midnight. */
    @Test
    void everyMinuteIsAsTheClockOnTheWallSays() {
        List<ZoneId> zones = java.util.stream.Stream.of(
                        "Europe/Berlin",
                        "Australia/Lord_Howe",
                        "America/Sao_Paulo",
                        "Asia/Beirut",
                        "America/St_Johns",
                        "Pacific/Apia",
                        "UTC")
                .map(ZoneId::of)
                .toList();
        for (int seed = 0; seed < 150; seed++) {
            Random random = new Random(seed);
            ZoneId zone = zones.get(random.nextInt(zones.size()));
            List<WeeklyWindow> weekly = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                int from = random.nextInt(24 * 60);
                Set<DayOfWeek> days = Set.of(DayOfWeek.of(1 + random.nextInt(7)));
                weekly.add(new WeeklyWindow(days, from, from + 1 + random.nextInt(24 * 60)));
            }
            int year = zone.getId().equals("America/Sao_Paulo")
                    ? 2017
                    : zone.getId().equals("Pacific/Apia") ? 2011 : 2026;
            var transition = zone.getRules().nextTransition(Instant.parse(year + "-03-01T00:00:00Z"));
            Instant begin = (transition == null || random.nextInt(4) == 0
                            ? Instant.parse(year + "-06-01T00:00:00Z")
                            : transition.getInstant())
                    .truncatedTo(ChronoUnit.MINUTES)
                    .minus(random.nextInt(4 * 24 * 60), ChronoUnit.MINUTES);
            List<Freeze> freezes = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                Instant from = begin.plus(random.nextInt(6 * 24 * 60), ChronoUnit.MINUTES);
                freezes.add(new Freeze(from, from.plus(1 + random.nextInt(24 * 60), ChronoUnit.MINUTES), "f" + i));
            }
            check(seed, new WindowSchedule(zone, weekly, freezes, null), begin);
        }
    }

    private static void check(int seed, WindowSchedule schedule, Instant begin) {
        Windows windows = new Windows(List.of(schedule));
        int minutes = 18 * 24 * 60;
        Instant expected = null;
        for (int m = minutes; m >= 0; m--) {
            Instant now = begin.plus(m, ChronoUnit.MINUTES);
            expected = isOpen(schedule, now) ? now : expected;
            // What opens after the last minute is not known here.
            if (expected != null && (m < 8 * 24 * 60 || expected.equals(now))) {
                Windows.Closed closed = windows.closed(now, Windows.Calendars.EMPTY);
                assertEquals(
                        expected,
                        closed == null ? now : closed.opens(),
                        "seed " + seed + ", " + schedule + " at " + now);
            }
        }
    }

    private static boolean isOpen(WindowSchedule schedule, Instant now) {
        ZonedDateTime wall = now.atZone(schedule.zone());
        boolean frozen = schedule.freezes().stream().anyMatch(f -> !now.isBefore(f.from()) && now.isBefore(f.to()));
        return !frozen
                && schedule.open().stream()
                        .anyMatch(w -> w.days().stream().anyMatch(day -> {
                            int minute = wall.getHour() * 60 + wall.getMinute();
                            int sinceDay = Math.floorMod(wall.getDayOfWeek().getValue() - day.getValue(), 7) * 24 * 60
                                    + minute;
                            return sinceDay >= w.from() && sinceDay < w.to();
                        }));
    }
}

package io.jenkins.plugins.canary.engine.plan.window;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * When the weight may rise: while every one of the schedules is open. Pure; the calendars' events are handed in.
 *
 * @param schedules none for always
 */
public record Windows(List<WindowSchedule> schedules) {

    public static final Windows ALWAYS = new Windows(List.of());

    /** Weekly windows repeat, and a clock changes twice a year: what has not opened by then never does. */
    private static final Duration HORIZON = Duration.ofDays(400);

    private static final DateTimeFormatter THIS_YEAR = DateTimeFormatter.ofPattern("EEE d MMM HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter ANY_YEAR =
            DateTimeFormatter.ofPattern("EEE d MMM yyyy HH:mm", Locale.ENGLISH);

    public Windows {
        schedules = List.copyOf(schedules);
    }

    /** What is known of calendars. */
    @FunctionalInterface
    public interface Calendars {

        /** As if no calendar had an event. */
        Calendars EMPTY = calendar -> new Known(List.of(), null, true);

        /** Never waits. */
        Known of(FreezeCalendar calendar);
    }

    /**
     * @param trouble why the calendar could not be read at the last try, one line; null when it could
     * @param usable whether what is known is of a time that counts; without it nothing rises
     */
    public record Known(List<Freeze> freezes, String trouble, boolean usable) {}

    /**
     * Why nothing may rise.
     *
     * @param opens when it may again; null when that is not known
     * @param reason for people, one line; null when it is outside of the weekly windows
     */
    public record Closed(Instant opens, String reason) {}

    /** Open when both are. */
    public Windows and(Windows other) {
        return new Windows(
                Stream.concat(schedules.stream(), other.schedules.stream()).toList());
    }

    public boolean isAlways() {
        return schedules.isEmpty();
    }

    public List<FreezeCalendar> calendars() {
        return schedules.stream()
                .map(WindowSchedule::calendar)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /** Whether the schedules have no time in common, whatever the calendars say. */
    public boolean neverOpen() {
        Closed closed = closed(Instant.EPOCH, Calendars.EMPTY);
        return closed != null && closed.opens() == null;
    }

    /** Why nothing may rise at a time; null when it may. */
    public Closed closed(Instant now, Calendars calendars) {
        List<List<Freeze>> frozen = new ArrayList<>();
        for (WindowSchedule schedule : schedules) {
            List<Freeze> all = new ArrayList<>(schedule.freezes());
            if (schedule.calendar() != null) {
                Known known = calendars.of(schedule.calendar());
                if (!known.usable()) {
                    return new Closed(null, known.trouble());
                }
                all.addAll(known.freezes());
            }
            frozen.add(all);
        }
        Instant opens = next(now, frozen);
        return now.equals(opens) ? null : new Closed(opens, reason(now, opens, frozen));
    }

    private Instant next(Instant now, List<List<Freeze>> frozen) {
        Instant limit = frozen.stream()
                .flatMap(List::stream)
                .map(Freeze::to)
                .filter(now::isBefore)
                .max(Instant::compareTo)
                .orElse(now)
                .plus(HORIZON);
        Instant t = now;
        while (t != null) {
            Instant before = t;
            for (int i = 0; i < schedules.size() && t != null; i++) {
                t = schedules.get(i).next(t, frozen.get(i), limit);
            }
            if (before.equals(t)) {
                return t;
            }
        }
        return null;
    }

    /** The freeze that keeps it closed for longest. */
    private static String reason(Instant now, Instant opens, List<List<Freeze>> frozen) {
        if (opens == null) {
            return "no window opens any more";
        }
        return frozen.stream()
                .flatMap(List::stream)
                .filter(f -> f.touches(now, opens))
                .max(Comparator.comparing(Freeze::to))
                .map(f -> f.reason() == null ? "freeze" : f.reason())
                .orElse(null);
    }

    /** The zone in which people are told times: that of the first schedule. */
    public ZoneId zone() {
        return isAlways() ? ZoneOffset.UTC : schedules.get(0).zone();
    }

    /**
     * {@code Mon 30 Nov 09:00 Europe/Berlin}, with the year where it is another one.
     *
     * @param at milliseconds since the epoch
     * @param now the time by which that is seen, milliseconds since the epoch
     */
    public String print(long at, long now) {
        return print(at, now, zone());
    }

    /** The same in another zone. */
    public static String print(long at, long now, ZoneId zone) {
        ZonedDateTime time = Instant.ofEpochMilli(at).atZone(zone);
        boolean sameYear =
                time.getYear() == Instant.ofEpochMilli(now).atZone(zone).getYear();
        return time.format(sameYear ? THIS_YEAR : ANY_YEAR) + " " + zone;
    }
}

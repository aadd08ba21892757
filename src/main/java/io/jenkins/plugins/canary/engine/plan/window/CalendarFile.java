package io.jenkins.plugins.canary.engine.plan.window;

import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.io.ParseWarning;
import biweekly.io.TimezoneAssignment;
import biweekly.io.TimezoneInfo;
import biweekly.io.text.ICalReader;
import biweekly.parameter.Range;
import biweekly.property.DateOrDateTimeProperty;
import biweekly.property.RecurrenceRule;
import biweekly.util.Frequency;
import biweekly.util.ICalDate;
import biweekly.util.Recurrence;
import biweekly.util.com.google.ical.compat.javautil.DateIterator;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.WorkBudget;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;

/**
 * Reads the events of an iCalendar file (RFC 5545) as freezes. What cannot be read is refused as a whole: a calendar of which
 * one event is missing is no calendar to rise by. Keeps nothing; any thread.
 */
public final class CalendarFile {

    private static final TimeZone UTC = TimeZone.getTimeZone("UTC");
    private static final int LONGEST_REASON = 120;
    /** Occurrences looked at in a file; a freeze a day for fifty years has fewer. */
    private static final long MOST_OCCURRENCES = 20_000;

    private static final Set<Frequency> TOO_OFTEN =
            EnumSet.of(Frequency.SECONDLY, Frequency.MINUTELY, Frequency.HOURLY);

    /** Without one of these an event would be at another time. */
    private static final Set<String> TIMES =
            Set.of("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID", "STATUS");

    private final ZoneId zone;
    private final Instant from;
    private final Instant until;
    private final WorkBudget budget = new WorkBudget(MOST_OCCURRENCES);
    private final List<Freeze> freezes = new ArrayList<>();

    private CalendarFile(ZoneId zone, Instant from, Instant until) {
        this.zone = zone;
        this.from = from;
        this.until = until;
    }

    /** The file is none, or has something that is not understood. The message is for people. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(PlainText.line(message));
        }
    }

    /**
     * The events that touch a span of time, repeated ones included.
     *
     * @param zone in which days begin, and times without a zone are meant
     * @throws Unreadable when the text is no calendar, or one of its events is not understood
     */
    public static List<Freeze> read(String text, ZoneId zone, Instant from, Instant until) throws Unreadable {
        CalendarFile file = new CalendarFile(zone, from, until);
        try (ICalReader reader = new ICalReader(text)) {
            reader.setDefaultTimezone(UTC);
            ICalendar calendar = reader.readNext();
            if (calendar == null) {
                throw new Unreadable("it is not an iCalendar file: it has no BEGIN:VCALENDAR");
            }
            for (; calendar != null; calendar = reader.readNext()) {
                understood(reader.getWarnings());
                file.read(calendar);
            }
        } catch (IOException e) {
            throw new Unreadable("it is not an iCalendar file");
        } catch (WorkBudget.Exceeded e) {
            throw new Unreadable("its events repeat more than " + MOST_OCCURRENCES + " times");
        } catch (RuntimeException e) {
            // The library throws whatever it likes at dates that are none, and times beyond those that can be counted.
            throw new Unreadable(
                    "its events are not understood (" + e.getClass().getSimpleName() + ")");
        }
        return file.freezes;
    }

    /** What the library does not understand it leaves out. */
    private static void understood(List<ParseWarning> warnings) throws Unreadable {
        for (ParseWarning warning : warnings) {
            if (TIMES.contains(String.valueOf(warning.getPropertyName()).toUpperCase(Locale.ROOT))) {
                throw new Unreadable("its line " + warning.getLineNumber() + " (" + warning.getPropertyName()
                        + ") is not understood");
            }
        }
    }

    private void read(ICalendar calendar) throws Unreadable {
        Map<String, Set<Date>> moved = new HashMap<>();
        for (VEvent event : calendar.getEvents()) {
            if (event.getRecurrenceId() != null && event.getUid() != null) {
                if (event.getRecurrenceId().getRange() == Range.THIS_AND_FUTURE) {
                    throw new Unreadable(named(event) + " changes all later ones (RANGE=THISANDFUTURE),"
                            + " which is not understood: end the series and begin a new one");
                }
                moved.computeIfAbsent(event.getUid().getValue(), uid -> new HashSet<>())
                        .add(event.getRecurrenceId().getValue());
            }
        }
        for (VEvent event : calendar.getEvents()) {
            boolean cancelled = event.getStatus() != null && event.getStatus().isCancelled();
            if (!cancelled) {
                boolean series = event.getRecurrenceId() == null && event.getUid() != null;
                String uid = series ? event.getUid().getValue() : null;
                read(event, calendar.getTimezoneInfo(), moved.getOrDefault(uid, Set.of()));
            }
        }
    }

    private void read(VEvent event, TimezoneInfo zones, Set<Date> moved) throws Unreadable {
        DateOrDateTimeProperty start = event.getDateStart();
        if (start == null || start.getValue() == null) {
            throw new Unreadable(named(event) + " has no DTSTART that can be read");
        }
        TimezoneAssignment assigned = zones.getTimezone(start);
        if (assigned == null && start.getParameter("TZID") != null) {
            throw new Unreadable(named(event) + " is in the time zone "
                    + PlainText.clip(PlainText.line(start.getParameter("TZID")), 60)
                    + ", which the file does not define");
        }
        RecurrenceRule rule = event.getRecurrenceRule();
        if (rule != null && !isUnderstood(rule.getValue())) {
            throw new Unreadable(named(event) + " repeats more than once a day, or in a way that is not understood");
        }
        ICalDate first = start.getValue();
        // The library takes days for those of the machine's zone, and times without a zone for those of UTC, as it was
        // told;
        // both are those of the plan's zone.
        boolean floating = !first.hasTime() || zones.isFloating(start);
        TimeZone own = assigned == null ? UTC : assigned.getTimeZone();
        DateIterator each = event.getDateIterator(first.hasTime() ? own : TimeZone.getDefault());
        Duration length = length(event, first);
        each.advanceTo(Date.from(from.minus(length).minus(Duration.ofDays(1))));
        while (each.hasNext()) {
            budget.spend(1);
            Instant begin = each.next().toInstant();
            if (begin.isAfter(until.plus(Duration.ofDays(1)))) {
                return;
            }
            if (!moved.contains(Date.from(begin))) {
                LocalDateTime local = wall(begin, first.hasTime());
                add(
                        floating ? local.atZone(zone).toInstant() : begin,
                        floating ? local.plus(length).atZone(zone).toInstant() : begin.plus(length),
                        event);
            }
        }
    }

    private static boolean isUnderstood(Recurrence rule) {
        return rule != null
                && rule.getFrequency() != null
                && !TOO_OFTEN.contains(rule.getFrequency())
                && (rule.getInterval() == null || rule.getInterval() > 0);
    }

    private static LocalDateTime wall(Instant at, boolean hasTime) {
        return hasTime
                ? LocalDateTime.ofInstant(at, ZoneOffset.UTC)
                : LocalDate.ofInstant(at, ZoneId.systemDefault()).atStartOfDay();
    }

    private void add(Instant begin, Instant end, VEvent event) {
        Freeze freeze = new Freeze(begin, end, summary(event));
        if (freeze.touches(from, until)) {
            freezes.add(freeze);
        }
    }

    private static Duration length(VEvent event, ICalDate start) throws Unreadable {
        Duration length;
        if (event.getDateEnd() != null && event.getDateEnd().getValue() != null) {
            Instant end = event.getDateEnd().getValue().toInstant();
            length = Duration.between(wall(start.toInstant(), start.hasTime()), wall(end, start.hasTime()));
        } else if (event.getDuration() != null && event.getDuration().getValue() != null) {
            length = Duration.ofMillis(event.getDuration().getValue().toMillis());
        } else {
            length = start.hasTime() ? Duration.ZERO : Duration.ofDays(1);
        }
        if (length.isNegative()) {
            throw new Unreadable(named(event) + " ends before it begins");
        }
        return length;
    }

    private static String summary(VEvent event) {
        String text = event.getSummary() == null ? null : event.getSummary().getValue();
        return text == null || text.isBlank() ? null : PlainText.clip(PlainText.line(text), LONGEST_REASON);
    }

    private static String named(VEvent event) {
        String summary = summary(event);
        return "the event" + (summary == null ? "" : " '" + summary + "'");
    }
}

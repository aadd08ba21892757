package io.jenkins.plugins.canary.engine.plan.window;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One set of windows: open in a weekly window and outside of every freeze.
 *
 * @param open empty for always
 * @param freezes those of the plan
 * @param calendar whose events are freezes as well; null for none
 */
public record WindowSchedule(ZoneId zone, List<WeeklyWindow> open, List<Freeze> freezes, FreezeCalendar calendar) {

    /** A week, and the days on which a window of its first day may end or the clock may change. */
    private static final int DAYS = 9;

    public WindowSchedule {
        open = List.copyOf(open);
        freezes = List.copyOf(freezes);
    }

    /**
     * The first moment from a given one on at which it is open; null when there is none up to a limit.
     *
     * @param all the freezes, those of the calendar included
     */
    Instant next(Instant at, List<Freeze> all, Instant limit) {
        Instant t = at;
        while (t != null && !t.isAfter(limit)) {
            Instant moment = t;
            Instant thawed = all.stream()
                    .filter(f -> f.contains(moment))
                    .map(Freeze::to)
                    .max(Instant::compareTo)
                    .orElse(moment);
            Instant opens = thawed.equals(moment) ? nextWindow(moment) : thawed;
            if (moment.equals(opens)) {
                return moment;
            }
            t = opens;
        }
        return null;
    }

    private boolean isInWindow(Instant at) {
        LocalDateTime local = LocalDateTime.ofInstant(at, zone);
        return open.isEmpty() || open.stream().anyMatch(w -> w.contains(local));
    }

    /** Windows begin at their own time, and where the clock jumps into one. */
    private Instant nextWindow(Instant at) {
        if (isInWindow(at)) {
            return at;
        }
        LocalDate today = LocalDate.ofInstant(at, zone);
        Stream<Instant> begins = Stream.iterate(today, d -> d.plusDays(1))
                .limit(DAYS)
                .flatMap(d -> open.stream()
                        .filter(w -> begins(w.days(), d))
                        .map(w -> d.atStartOfDay().plusMinutes(w.from())))
                .flatMap(
                        local -> zone.getRules().getValidOffsets(local).stream().map(local::toInstant));
        return Stream.concat(begins, jumps(at, today.plusDays(DAYS)))
                .filter(t -> t.isAfter(at) && isInWindow(t))
                .min(Instant::compareTo)
                .orElse(null);
    }

    private static boolean begins(Set<DayOfWeek> days, LocalDate day) {
        return days.contains(day.getDayOfWeek());
    }

    private Stream<Instant> jumps(Instant from, LocalDate until) {
        ZoneRules rules = zone.getRules();
        Instant end = until.atStartOfDay().toInstant(ZoneOffset.UTC);
        return Stream.iterate(
                        rules.nextTransition(from),
                        t -> t != null && t.getInstant().isBefore(end),
                        t -> rules.nextTransition(t.getInstant()))
                .map(ZoneOffsetTransition::getInstant);
    }
}

package io.jenkins.plugins.canary.engine.plan.window;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A time of the day on some days of the week, by the clock on the wall. A window that ends before it begins ends on the day
 * after.
 *
 * @param days on which it begins
 * @param from minute of the day, 0 to 1,439
 * @param to minute of the day on which it began that is no longer in it; above 1,440 on the day after
 */
public record WeeklyWindow(Set<DayOfWeek> days, int from, int to) {

    private static final int DAY = 24 * 60;
    private static final Map<String, DayOfWeek> NAMES =
            Arrays.stream(DayOfWeek.values()).collect(Collectors.toMap(WeeklyWindow::name, Function.identity()));
    private static final String NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private static final String DAYS = NAME + "(?:-" + NAME + ")?(?:,\\s?" + NAME + "(?:-" + NAME + ")?)*";
    private static final String TIMES = "([01]\\d|2[0-3]):([0-5]\\d)\\s?-\\s?([01]\\d|2[0-4]):([0-5]\\d)";

    /** {@code Mon-Fri 09:00-16:30}; days alone are whole days, times alone are those of every day. */
    public static final Pattern PATTERN = Pattern.compile("(" + DAYS + ")(?:\\s+" + TIMES + ")?|" + TIMES);

    public WeeklyWindow {
        days = Set.copyOf(days);
    }

    /** Null when the text is none: it has another form, or no length. */
    public static WeeklyWindow of(String text) {
        Matcher m = PATTERN.matcher(text.strip());
        if (!m.matches()) {
            return null;
        }
        Set<DayOfWeek> days = m.group(1) == null ? EnumSet.allOf(DayOfWeek.class) : days(m.group(1));
        int group = m.group(2) != null ? 2 : 6;
        if (m.group(group) == null) {
            return new WeeklyWindow(days, 0, DAY);
        }
        int from = minute(m, group);
        int to = minute(m, group + 2);
        if (from == to || to > DAY) {
            return null;
        }
        return new WeeklyWindow(days, from, to < from ? to + DAY : to);
    }

    private static int minute(Matcher m, int group) {
        return Integer.parseInt(m.group(group)) * 60 + Integer.parseInt(m.group(group + 1));
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.split(",\\s?")) {
            List<DayOfWeek> ends =
                    Arrays.stream(part.split("-")).map(NAMES::get).toList();
            DayOfWeek day = ends.get(0);
            days.add(day);
            while (day != ends.get(ends.size() - 1)) {
                day = day.plus(1);
                days.add(day);
            }
        }
        return days;
    }

    /** Whether the clock on the wall is in it. */
    boolean contains(LocalDateTime local) {
        int minute = local.getHour() * 60 + local.getMinute();
        DayOfWeek today = local.getDayOfWeek();
        return days.contains(today) && minute >= from && minute < to
                || days.contains(today.minus(1)) && minute + DAY >= from && minute + DAY < to;
    }

    /** How long it is on a day without a change of the clock, in minutes. */
    public int minutes() {
        return to - from;
    }

    /** As a plan writes it: {@code Mon,Wed 22:00-02:00}. */
    @Override
    public String toString() {
        String names = new TreeSet<>(days).stream().map(WeeklyWindow::name).collect(Collectors.joining(","));
        String end = to == DAY ? "24:00" : time(to % DAY);
        return names + " " + time(from) + "-" + end;
    }

    private static String time(int minute) {
        return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
    }

    private static String name(DayOfWeek day) {
        return day.name().charAt(0) + day.name().substring(1, 3).toLowerCase(Locale.ROOT);
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.plan.window.Freeze;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.WeeklyWindow;
import io.jenkins.plugins.canary.engine.plan.window.WindowSchedule;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/** Reads {@code windows:}, when the weight may rise. */
final class WindowsReader {

    private static final int MOST_WINDOWS = 50;
    private static final int MOST_FREEZES = 200;
    private static final int LONGEST_REASON = 120;
    private static final Duration LONGEST_FREEZE = Duration.ofDays(5 * 366);

    private static final KeyType TIME = KeyType.string(
            "date, or date and time", "^\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d)?)?$", YamlNode::text);

    private static final KeyType WINDOW =
            KeyType.string("window", "^(" + WeeklyWindow.PATTERN + ")$", WindowsReader::window);

    private static final KeyType REASON = KeyType.text("text", LONGEST_REASON, n -> n.shortText(LONGEST_REASON));

    private static final KeyType CALENDAR = KeyType.either(
            WindowsReader::calendar,
            KeyType.string("address", "^https?://[^\\s@/]+(/\\S*)?$", null),
            KeyType.string("secret", KeyType.SECRET, null));

    private static final Section FREEZE = Section.of(
            "freeze", "A time in which the weight does not rise.", Map.of("time", TIME, "reason", REASON), """
            from   | time   | required, `2026-12-19` | When it begins; a date alone begins with its day.
            to     | time   | required, `2027-01-03` | When it ends; a date alone is the last day of it.
            reason | reason | none                   | Why, for people.
            """);

    static final Section WINDOWS = Section.of(
            "windows",
            "When the weight may rise: in a window and outside of every freeze. The first shift, every shift upwards and the"
                    + " promotion wait for it; a rollback never does.",
            Map.of("window", WINDOW, "freeze", FREEZE.type(), "calendar", CALENDAR),
            """
            timeZone | time zone      | `UTC`  | The time zone of all times here, by its name in the IANA database.
            open     | list of window | always, such as `[ "Mon-Fri 09:00-16:30" ]` | Days, times, or both. A window that ends before it begins ends on the day after.
            freezes  | list of freeze | none   | Times in which the weight does not rise.
            calendar | calendar       | none   | An iCalendar file whose events are freezes: its address, or a reference to an address that is a secret.
            """);

    /** One schedule, or several that must all be open. */
    static final KeyType TYPE =
            KeyType.either(WindowsReader::read, WINDOWS.type(), WINDOWS.type().list());

    private WindowsReader() {}

    private static Windows read(YamlNode node) {
        return node.isList() ? node.list(WindowsReader::one).stream().reduce(Windows.ALWAYS, Windows::and) : one(node);
    }

    private static Windows one(YamlNode node) {
        YamlObject o = WINDOWS.at(node);
        ZoneId zone = o.get("timeZone");
        List<WeeklyWindow> open = o.getOr("open", List.of());
        List<Freeze> freezes = o.get("freezes", n -> n.list(f -> freeze(FREEZE.at(f), zone)), List.of());
        FreezeCalendar calendar = o.get("calendar");
        bounded(o, "open", open, MOST_WINDOWS);
        bounded(o, "freezes", freezes, MOST_FREEZES);
        if (!o.has("open") && !o.has("freezes") && !o.has("calendar") && node.isObject()) {
            node.error("windows that are always open", "write open: [ \"Mon-Fri 09:00-16:30\" ], freezes or calendar");
        }
        return new Windows(List.of(new WindowSchedule(zone, open, freezes, calendar)));
    }

    private static void bounded(YamlObject o, String key, List<?> items, int most) {
        if (items.size() > most) {
            o.value(key).error("more than " + most + " " + key, "write fewer, or use a calendar");
        }
        if (o.has(key) && o.value(key).isList() && o.value(key).list().isEmpty()) {
            o.value(key).error("the list is empty", "remove it");
        }
    }

    private static WeeklyWindow window(YamlNode node) {
        return node.parsed(
                node.shortText(100),
                WeeklyWindow::of,
                "{} is not a window",
                "write days, times, or both: Mon-Fri 09:00-16:30, Sat,Sun, 22:00-02:00 or 00:00-24:00");
    }

    private static FreezeCalendar calendar(YamlNode node) {
        if (node.isScalar() && !node.scalar().matches("(?i)https?:.*")) {
            var secret = node.secret();
            return secret == null ? null : new FreezeCalendar(null, secret);
        }
        String address = node.url();
        return address == null ? null : new FreezeCalendar(address, null);
    }

    private static Freeze freeze(YamlObject o, ZoneId zone) {
        Instant from = o.need("from", n -> time(n, zone, false), "2026-12-19");
        Instant to = o.need("to", n -> time(n, zone, true), "2027-01-03");
        String reason = o.get("reason");
        if (from == null || to == null) {
            return null;
        }
        if (!from.isBefore(to)) {
            o.value("to").error("the freeze ends before it begins", "write a later time, or swap them");
            return null;
        }
        if (from.plus(LONGEST_FREEZE).isBefore(to)) {
            o.value("to")
                    .error(
                            "the freeze is longer than five years: the weight would never rise",
                            "write an earlier date");
        }
        return new Freeze(from, to, reason);
    }

    /** @param end whether a date stands for the end of its day */
    private static Instant time(YamlNode node, ZoneId zone, boolean end) {
        return node.parsed(
                text -> time(text.replace(' ', 'T'), zone, end),
                "{} is not a time",
                "write a date or a date and a time: 2026-12-19 or 2026-12-19T18:00");
    }

    private static Instant time(String text, ZoneId zone, boolean end) {
        try {
            if (!text.contains("T")) {
                LocalDate day = LocalDate.parse(text);
                return (end ? day.plusDays(1) : day).atStartOfDay(zone).toInstant();
            }
            ZonedDateTime time = LocalDateTime.parse(text).atZone(zone);
            // Where the clock is set back, a time comes twice: the freeze lasts from the first to the second.
            return (end ? time.withLaterOffsetAtOverlap() : time.withEarlierOffsetAtOverlap()).toInstant();
        } catch (DateTimeException none) {
            return null;
        }
    }
}

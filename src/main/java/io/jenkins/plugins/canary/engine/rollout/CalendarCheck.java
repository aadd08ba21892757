package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The calendars of a plan that is checked, each asked once. One that cannot be read is a warning: it may be up again when the
 * rollout runs.
 */
public final class CalendarCheck {

    private final Windows windows;
    private final Map<FreezeCalendar, Windows.Known> known = new LinkedHashMap<>();

    private CalendarCheck(Windows windows) {
        this.windows = windows;
    }

    /** Blocks until every calendar has answered or its time is over, some seconds at most. */
    public static CalendarCheck of(Windows windows, Secrets secrets, AddressPolicy addresses, InstantSource clock) {
        CalendarCheck check = new CalendarCheck(windows);
        List<FreezeCalendar> calendars = windows.calendars();
        if (calendars.isEmpty()) {
            return check;
        }
        try {
            CalendarReader reader =
                    CalendarReader.open(windows, secrets, addresses, new HttpClientPool(), CalendarCopies.NONE, clock);
            reader.await();
            calendars.forEach(calendar -> check.known.put(calendar, reader.of(calendar)));
        } catch (SecretMissing e) {
            Windows.Known none = new Windows.Known(List.of(), e.getMessage(), false);
            calendars.forEach(calendar -> check.known.put(calendar, none));
        }
        return check;
    }

    /** A sentence for each calendar that could not be read. */
    public List<String> troubles() {
        return known.values().stream()
                .filter(k -> !k.usable())
                .map(Windows.Known::trouble)
                .distinct()
                .toList();
    }

    /** When the weight may rise, as far as it is known, for people; null when it always may. */
    public String words(long now) {
        if (windows.isAlways()) {
            return null;
        }
        Windows.Closed closed = windows.closed(Instant.ofEpochMilli(now), this::asFarAsKnown);
        String unread = known.entrySet().stream()
                .filter(k -> !k.getValue().usable())
                .map(k -> k.getKey().shown())
                .collect(Collectors.joining(", "));
        String until = closed == null || closed.opens() == null
                ? ""
                : " until " + windows.print(closed.opens().toEpochMilli(), now);
        return "windows: "
                + (closed == null ? "open now" : "closed" + until)
                + (closed == null || closed.reason() == null ? "" : " (" + closed.reason() + ")")
                + (unread.isEmpty() ? "" : ", without the events of the calendar " + unread);
    }

    private Windows.Known asFarAsKnown(FreezeCalendar calendar) {
        Windows.Known read = known.get(calendar);
        return read.usable() ? read : Windows.Calendars.EMPTY.of(calendar);
    }
}

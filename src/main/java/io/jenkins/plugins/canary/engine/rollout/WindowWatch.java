package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Says in events whether a plan's windows are open, so that decisions and replays go by the journal and ask no calendar.
 * Guarded by the rollout.
 */
final class WindowWatch {

    private final Windows windows;
    private final Windows.Calendars calendars;
    private final Map<FreezeCalendar, String> told = new HashMap<>();
    private List<Windows.Known> knownBefore;
    private Windows.Closed closedBefore;

    WindowWatch(Windows windows, Windows.Calendars calendars) {
        this.windows = windows;
        this.calendars = calendars;
    }

    /** What has changed since the state was folded: nothing, a window that opened or closed, a calendar in trouble. */
    List<RolloutEvent> look(RolloutState s, long now) {
        if (windows.isAlways() || s.isEnded() || s.isRollingBack() || s.watch() != null) {
            return List.of();
        }
        List<RolloutEvent> events = new ArrayList<>();
        for (FreezeCalendar calendar : windows.calendars()) {
            String trouble = calendars.of(calendar).trouble();
            if (trouble == null) {
                told.remove(calendar);
            } else if (!trouble.equals(told.put(calendar, trouble))) {
                events.add(new RolloutEvent.Warned(now, trouble));
            }
        }
        Windows.Closed closed = closed(Instant.ofEpochMilli(now));
        WindowFold before = s.window();
        if (closed == null && before != null) {
            events.add(new RolloutEvent.WindowOpened(now));
        } else if (closed != null) {
            Long opens = closed.opens() == null ? null : closed.opens().toEpochMilli();
            if (before == null || !Objects.equals(before.opens(), opens)) {
                events.add(new RolloutEvent.WindowClosed(now, opens, closed.reason()));
            }
        }
        return events;
    }

    /** While nothing new is known, windows that are closed stay so until they open. */
    private Windows.Closed closed(Instant now) {
        List<Windows.Known> known =
                windows.calendars().stream().map(calendars::of).toList();
        boolean holds = closedBefore != null
                && closedBefore.opens() != null
                && now.isBefore(closedBefore.opens())
                && known.equals(knownBefore);
        if (!holds) {
            knownBefore = known;
            closedBefore = windows.closed(now, calendars);
        }
        return closedBefore;
    }
}

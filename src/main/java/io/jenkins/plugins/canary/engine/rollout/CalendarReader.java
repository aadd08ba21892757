package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.plan.window.CalendarFile;
import io.jenkins.plugins.canary.engine.plan.window.Freeze;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.WindowSchedule;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calendars of one rollout's windows, read again from time to time. What was read last counts for a day when a calendar
 * does not answer, also after a restart; after that, and while nothing was read, nothing rises. Any thread; only {@link #await}
 * waits.
 */
final class CalendarReader implements Windows.Calendars {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REFRESH = Duration.ofMinutes(15);
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Duration COUNTS = Duration.ofHours(24);
    /** How far ahead events are looked for: as far as windows are. */
    private static final Duration AHEAD = Duration.ofDays(400);

    private static final int LARGEST = 2 << 20;

    private final InstantSource clock;
    private final Map<FreezeCalendar, Feed> feeds = new HashMap<>();

    private CalendarReader(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Asks every calendar for the first time.
     *
     * @throws SecretMissing when the reference to an address leads nowhere
     */
    static CalendarReader open(
            Windows windows,
            Secrets secrets,
            AddressPolicy addresses,
            HttpClientPool http,
            CalendarCopies copies,
            InstantSource clock)
            throws SecretMissing {
        CalendarReader reader = new CalendarReader(clock);
        for (WindowSchedule schedule : windows.schedules()) {
            FreezeCalendar calendar = schedule.calendar();
            if (calendar != null && !reader.feeds.containsKey(calendar)) {
                HttpFetcher web = http.get(TlsIdentity.SYSTEM, addresses);
                URI address = calendar.open(secrets);
                reader.feeds.put(calendar, new Feed(calendar.shown(), address, schedule.zone(), web, copies));
            }
        }
        reader.feeds.values().forEach(feed -> {
            feed.remember(clock.instant());
            feed.refresh(clock.instant());
        });
        return reader;
    }

    /** Blocks until each has answered for the first time or its time is over, some seconds at most. */
    void await() {
        feeds.values().forEach(feed -> feed.first.join());
    }

    @Override
    public Windows.Known of(FreezeCalendar calendar) {
        Instant now = clock.instant();
        Feed feed = feeds.get(calendar);
        if (feed.isDue(now)) {
            feed.refresh(now);
        }
        return feed.known(now);
    }

    /** One calendar. The fields are written by whoever read it last. */
    private static final class Feed {

        private final String name;
        private final URI address;
        private final ZoneId zone;
        private final HttpFetcher web;
        private final CalendarCopies copies;
        private final AtomicBoolean asking = new AtomicBoolean();
        private final CompletableFuture<Void> first = new CompletableFuture<>();
        private volatile Instant askedAt = Instant.EPOCH;
        private volatile Instant readAt;
        private volatile List<Freeze> freezes = List.of();
        private volatile String trouble;

        Feed(String name, URI address, ZoneId zone, HttpFetcher web, CalendarCopies copies) {
            this.name = name;
            this.address = address;
            this.zone = zone;
            this.web = web;
            this.copies = copies;
        }

        /** What it said before a restart. */
        void remember(Instant now) {
            CalendarCopies.Copy copy = copies.find(address).orElse(null);
            if (copy == null || copy.at().isAfter(now) || !counts(copy.at(), now)) {
                return;
            }
            try {
                freezes = CalendarFile.read(copy.text(), zone, now.minus(COUNTS), now.plus(AHEAD));
                readAt = copy.at();
            } catch (CalendarFile.Unreadable damaged) {
                // As if there were none.
            }
        }

        private static boolean counts(Instant read, Instant now) {
            return now.isBefore(read.plus(COUNTS));
        }

        boolean isDue(Instant now) {
            return !now.isBefore(askedAt.plus(trouble == null ? REFRESH : RETRY));
        }

        void refresh(Instant now) {
            if (!asking.compareAndSet(false, true)) {
                return;
            }
            askedAt = now;
            HttpCall call = HttpCall.to(address).header("Accept", "text/calendar");
            web.fetch(call, LARGEST, Deadline.in(TIMEOUT), answer -> read(answer, now))
                    .whenComplete((read, fault) -> {
                        if (fault == null) {
                            freezes = read;
                            readAt = now;
                            trouble = null;
                        } else {
                            trouble = "the calendar " + name + " cannot be read: " + why(HttpFetcher.cause(fault));
                        }
                        asking.set(false);
                        first.complete(null);
                    });
        }

        private List<Freeze> read(HttpAnswer answer, Instant now) throws CalendarFile.Unreadable, FetchRefused {
            if (answer.status() != 200) {
                throw new FetchRefused("it answered " + answer.status());
            }
            String text = answer.text();
            List<Freeze> read = CalendarFile.read(text, zone, now.minus(COUNTS), now.plus(AHEAD));
            copies.keep(address, text, now, COUNTS);
            return read;
        }

        /** The address may be a secret, and so is not in it. */
        private static String why(Throwable fault) {
            if (fault instanceof FetchException f) {
                return f.kind();
            }
            return fault instanceof CalendarFile.Unreadable || fault instanceof FetchRefused
                    ? fault.getMessage()
                    : "its events are not understood (" + fault.getClass().getSimpleName() + ")";
        }

        private String time(Instant at) {
            return Windows.print(at.toEpochMilli(), at.toEpochMilli(), zone);
        }

        Windows.Known known(Instant now) {
            String says = trouble;
            Instant read = readAt;
            if (says == null && read != null) {
                return new Windows.Known(freezes, null, true);
            }
            if (says == null) {
                return new Windows.Known(List.of(), "the calendar " + name + " has not answered yet", false);
            }
            return read != null && counts(read, now)
                    ? new Windows.Known(freezes, says + "; what it said on " + time(read) + " counts for a day", true)
                    : new Windows.Known(List.of(), says + "; the weight does not rise until it can be read", false);
        }
    }

    /** The server answered with something else than the file. */
    private static final class FetchRefused extends Exception {
        private static final long serialVersionUID = 1L;

        FetchRefused(String message) {
            super(message);
        }
    }
}

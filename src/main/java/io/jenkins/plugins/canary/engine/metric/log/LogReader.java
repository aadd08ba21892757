package io.jenkins.plugins.canary.engine.metric.log;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.LogMetric;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.log.LogHistory.Lines;
import io.jenkins.plugins.canary.engine.metric.log.LogHistory.Slice;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes counts of what was read. What is new is decided by what stable had logged before the tick, for both tracks alike:
 * where both versions are the same, both log new errors equally often, however many kinds there are. So one test of the
 * share of new errors needs no correction for their number.
 */
final class LogReader {

    /** Lines of the time before that came late are read with the next tick; older ones are not. */
    private final Duration overlap;

    private final int most;
    private final KnownErrors known = new KnownErrors();
    private final LogHistory history = new LogHistory();
    /** By id: when each line of the overlap was logged. */
    private final Map<String, Long> read = new HashMap<>();
    /** Until here everything was read; null before the first tick. */
    private Instant until;

    LogReader(LogSettings settings) {
        this.overlap = settings.delay();
        this.most = settings.most();
    }

    /** @param all how many lines there were, errors or not */
    record Answer(List<LogLine> errors, long all) {}

    /**
     * What is to be asked for.
     *
     * @param from of what is counted
     * @param read from where on error lines are read: late ones of the time before are among them
     */
    record Span(Instant from, Instant read, Instant to) {}

    /** @param first how far back the first tick looks */
    Span next(Instant to, Duration first) {
        Instant from = until == null || until.isBefore(to.minus(first.multipliedBy(60))) ? to.minus(first) : until;
        return new Span(from, until == null ? from : from.minus(overlap), to);
    }

    /** Whether there is nothing to ask for: time does not run backwards, and a tick is not read twice. */
    boolean hasRead(Instant to) {
        return until != null && !to.isAfter(until);
    }

    boolean isEmpty() {
        return until == null;
    }

    /** Takes in what stable logged before. */
    void learn(List<LogLine> lines) {
        known.learn(templates(lines));
    }

    /** Takes in a tick, of all tracks or of none: where one was read in part, the others count for the same time. */
    void add(Span span, Map<Track, Answer> answers) {
        boolean cut = answers.values().stream().anyMatch(a -> a.errors().size() >= most);
        long since =
                cut ? answers.values().stream().mapToLong(this::whole).max().orElse(0) : 0;
        Map<Track, Lines> lines = new EnumMap<>(Track.class);
        Set<String> ofStable = new HashSet<>();
        Map<String, Long> seen = new HashMap<>();
        answers.forEach((track, answer) -> {
            long errors = 0;
            long fresh = 0;
            for (LogLine line : answer.errors()) {
                String template = LogTemplate.of(line.text());
                if (track != Track.CANARY) {
                    ofStable.add(template);
                }
                boolean again = read.containsKey(line.id()) || seen.put(line.id(), line.nanos()) != null;
                if (again || line.nanos() < since) {
                    continue;
                }
                errors++;
                if (known.isNew(template)) {
                    fresh++;
                    if (track == Track.CANARY) {
                        known.note(template);
                    }
                }
            }
            lines.put(track, new Lines(Math.max(answer.all(), errors), errors, fresh));
        });
        known.learn(ofStable);
        read.putAll(seen);
        long forgotten = nanos(span.to().minus(overlap.multipliedBy(2)));
        read.values().removeIf(time -> time < forgotten);
        history.add(new Slice(span.from(), span.to(), lines, cut));
        until = span.to();
    }

    /** What is known of the window that ends at a tick; what is said holds templates of lines, secrets of the source among them. */
    Reading reading(MetricQuery query, Instant at) {
        LogHistory.Sum sum = history.since(at.truncatedTo(ChronoUnit.MILLIS).minus(query.window()), query.track());
        String of = query.track().word();
        if (sum.slices() == 0) {
            return Reading.noData("no whole tick of lines in " + Units.print(query.window())
                    + " yet: lines are read until " + Units.print(overlap) + " ago");
        }
        Lines lines = sum.lines();
        if (lines.all() == 0) {
            return Reading.noData(
                    "no log lines in " + Units.print(query.window()) + ": does metrics.logs." + of + " select them?");
        }
        List<String> notes = new ArrayList<>();
        if (sum.cut()) {
            notes.add("only the newest " + Units.count(most, "error line") + " of a tick were read");
        }
        return switch (LogMetric.named(query.metric().name()).orElseThrow()) {
            case LINES -> Reading.of((double) lines.all());
            case ERROR_RATE -> Reading.of((double) lines.errors() / lines.all()).and(notes);
            case NEW_ERROR_RATE -> {
                String examples = query.track() == Track.CANARY ? known.examples() : "";
                if (!examples.isEmpty()) {
                    notes.add(0, "new: " + examples);
                }
                yield Reading.of((double) lines.fresh() / lines.all()).and(notes);
            }
        };
    }

    /** From when on every line was read. */
    private long whole(Answer answer) {
        return answer.errors().size() < most
                ? 0
                : answer.errors().stream().mapToLong(LogLine::nanos).min().orElse(0);
    }

    private static List<String> templates(List<LogLine> lines) {
        List<String> all = new ArrayList<>();
        lines.forEach(line -> all.add(LogTemplate.of(line.text())));
        return all;
    }

    private static long nanos(Instant time) {
        return time.toEpochMilli() * 1_000_000;
    }
}

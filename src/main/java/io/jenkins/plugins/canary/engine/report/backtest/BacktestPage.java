package io.jenkins.plugins.canary.engine.report.backtest;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.report.Chart;
import io.jenkins.plugins.canary.engine.report.Html;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A backtest as one HTML page: the periods in which a release would have been stopped, the incidents that were known, and the
 * recorded series with both marked.
 */
public final class BacktestPage {

    private static final int MOST_CLOSE_UPS = 50;

    /** Ticks that a close-up shows before and after a period, at least. */
    private static final int AROUND = 30;

    private final String title;
    private final BacktestReport report;
    private final List<StoppedPeriod> periods;
    private final IncidentComparison comparison;
    private final Recording recording;
    private final Set<Criterion> criteria;
    private final Html html = new Html();

    private BacktestPage(
            String title,
            Backtest backtest,
            BacktestReport report,
            List<StoppedPeriod> periods,
            IncidentComparison comparison,
            Recording recording) {
        this.title = title;
        this.report = report;
        this.periods = periods;
        this.comparison = comparison;
        this.recording = recording;
        this.criteria = backtest.criteria();
    }

    /**
     * @param title the plan's name
     * @param comparison null when no incidents are known
     */
    public static String of(
            String title,
            Backtest backtest,
            BacktestReport report,
            List<StoppedPeriod> periods,
            IncidentComparison comparison,
            Recording recording) {
        return new BacktestPage(title, backtest, report, periods, comparison, recording).page();
    }

    private String page() {
        html.page("Backtest of " + title).element("h1", "Backtest of " + title);
        html.element(
                "p",
                "From " + moment(recording.start()) + " to " + moment(recording.at(recording.ticks() - 1))
                        + ", a tick each "
                        + Units.print(Duration.ofMillis(recording.stepMillis())) + ". "
                        + (report.rollouts() == 0 ? report.lines(0).get(0) : report.summary()) + ".");
        if (comparison != null) {
            html.open("ul");
            comparison.summary().forEach(line -> html.element("li", line));
            html.close("ul");
            known();
        }
        periods();
        thresholds();
        key();
        for (Criterion criterion : criteria) {
            chart(criterion, 0, recording.ticks() - 1);
        }
        closeUps();
        return html.close("body").close("html").raw("\n").toString();
    }

    private void known() {
        List<String> columns = List.of("Known incident", "From", "To", "Stops", "Backtest");
        html.element("h2", "Known incidents").table(columns, comparison.known(), k -> {
            html.name(k.incident().name())
                    .cells(moment(k.incident().from()), moment(k.incident().to()), k.stops())
                    .cell(k.says(), k.caught() ? "pass" : k.missed() ? "fail" : "open");
        });
    }

    private void periods() {
        html.element("h2", "Stopped, from when to when");
        if (periods.isEmpty()) {
            html.element("p", "No release would have been stopped.");
            return;
        }
        List<String> columns = Stream.of("From", "To", "Stopped by", "Reason of the first", "Known incident")
                .limit(comparison == null ? 4 : 5)
                .toList();
        html.table(columns, periods, p -> {
            html.name(moment(p.from())).cells(moment(p.to())).open("td").open("ul");
            p.byCause().forEach((cause, n) -> html.element("li", n + " by " + cause));
            html.close("ul").close("td").cells(p.stops().get(0).stop().reason());
            if (comparison != null) {
                html.cell(p.verdict(), p.isFalse() ? "fail" : "pass");
            }
        });
    }

    private void thresholds() {
        List<String> columns = List.of("Criterion", "Rollouts with a failing check", "min proposed", "max proposed");
        html.element("h2", "Criteria").table(columns, report.proposals(), p -> {
            Unit unit = p.criterion().unit();
            html.name(p.criterion().label())
                    .cells(
                            Units.print(p.failing(), Unit.RATIO),
                            p.min() == null ? "" : Units.print(p.min(), unit),
                            p.max() == null ? "" : Units.print(p.max(), unit));
        });
    }

    private void key() {
        html.element("h2", "Series")
                .open("p")
                .element("span", "canary", "class", "canary")
                .text(", ")
                .element("span", "stable", "class", "stable")
                .text(", dotted: the threshold. ");
        if (comparison == null) {
            html.element("span", "stopped", "class", "key stopped");
        } else {
            html.element("span", "true stops", "class", "key true")
                    .text(" ")
                    .element("span", "false stops", "class", "key false")
                    .text(" ")
                    .element("span", "known incident", "class", "key known");
        }
        html.close("p");
    }

    /** One for each period, of the criterion to blame. */
    private void closeUps() {
        if (periods.isEmpty()) {
            return;
        }
        html.element("h2", "Close-ups of the stopped periods");
        if (periods.size() > MOST_CLOSE_UPS) {
            html.element("p", "The first " + MOST_CLOSE_UPS + " of " + periods.size() + ".");
        }
        for (StoppedPeriod p : periods.subList(0, Math.min(MOST_CLOSE_UPS, periods.size()))) {
            int first = tick(p.from());
            int last = tick(p.to());
            int around = Math.max(AROUND, last - first);
            html.element("h3", p.line());
            criteria.stream()
                    .filter(c -> c.label().equals(p.stops().get(0).stop().criterion()))
                    .forEach(
                            c -> chart(c, Math.max(0, first - around), Math.min(recording.ticks() - 1, last + around)));
        }
    }

    private int tick(long at) {
        return (int) ((at - recording.start()) / recording.stepMillis());
    }

    private void chart(Criterion criterion, int first, int last) {
        double[] canary = values(criterion, Track.CANARY);
        if (canary == null) {
            return;
        }
        double[] stable = criterion.versus() == null ? null : values(criterion, Track.STABLE);
        Thinned thinned = Thinned.of(recording, first, last, canary, stable);
        List<Double> limits = Stream.of(criterion.min(), criterion.max())
                .filter(Objects::nonNull)
                .toList();
        // Where more is better the axis shows the worst value, which near zero would be lost.
        boolean least = criterion.max() == null && criterion.min() != null;
        List<Double> known = thinned.canary().stream().filter(Objects::nonNull).toList();
        String worst = known.isEmpty()
                ? ", no data"
                : (least ? ", down to " : ", up to ")
                        + Units.print(least ? Collections.min(known) : Collections.max(known), criterion.unit());
        double from = least ? Math.min(criterion.min(), known.isEmpty() ? 0 : Collections.min(known)) : 0;
        Chart chart = new Chart(thinned.times(), thinned.canary(), thinned.stable(), from, 0, limits, bands());
        html.open("figure")
                .element("figcaption", criterion.label() + worst)
                .raw(chart.svg())
                .close("figure");
    }

    private double[] values(Criterion criterion, Track track) {
        Duration step = Duration.ofMillis(recording.stepMillis());
        double[] own = recording.values().get(criterion.query(track));
        return own != null ? own : recording.values().get(new MetricQuery(criterion.metric(), track, step));
    }

    private List<Chart.Band> bands() {
        List<Chart.Band> bands = new ArrayList<>();
        if (comparison != null) {
            comparison
                    .known()
                    .forEach(k -> bands.add(new Chart.Band(
                            k.incident().from(),
                            k.incident().to(),
                            "known",
                            k.incident().name())));
        }
        for (StoppedPeriod p : periods) {
            String kind = p.incidents() == null ? "stopped" : p.isFalse() ? "false" : "true";
            bands.add(new Chart.Band(p.from(), p.to(), kind, p.line()));
        }
        return bands;
    }

    private static String moment(long at) {
        return Instant.ofEpochMilli(at).toString();
    }

    /**
     * No more points than can be seen: of each stretch of time the least and the greatest value.
     *
     * @param stable null when there is none
     */
    private record Thinned(List<Long> times, List<Double> canary, List<Double> stable) {

        private static final int STRETCHES = 640;

        static Thinned of(Recording recording, int first, int last, double[] canary, double[] stable) {
            TreeSet<Integer> kept = new TreeSet<>();
            int length = Math.max(1, (last - first + STRETCHES) / STRETCHES);
            for (int from = first; from <= last; from += length) {
                int to = Math.min(last, from + length - 1);
                keep(kept, canary, from, to);
                if (stable != null) {
                    keep(kept, stable, from, to);
                }
            }
            kept.add(first);
            kept.add(last);
            return new Thinned(
                    kept.stream().map(recording::at).toList(),
                    kept.stream().map(i -> value(canary, i)).toList(),
                    stable == null
                            ? null
                            : kept.stream().map(i -> value(stable, i)).toList());
        }

        private static void keep(TreeSet<Integer> kept, double[] values, int from, int to) {
            int least = from;
            int greatest = from;
            for (int i = from; i <= to; i++) {
                least = values[i] < values[least] || Double.isNaN(values[least]) ? i : least;
                greatest = values[i] > values[greatest] || Double.isNaN(values[greatest]) ? i : greatest;
            }
            kept.add(least);
            kept.add(greatest);
        }

        private static Double value(double[] values, int i) {
            return Double.isNaN(values[i]) ? null : values[i];
        }
    }
}

package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.probe.Loads.LoadReport;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** A report as one HTML page that loads nothing from anywhere, runs no script, and prints. */
public final class HtmlReport {

    private final Report report;
    private final Html html = new Html();

    private HtmlReport(Report report) {
        this.report = report;
    }

    public static String of(Report report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        Report.Rollout r = report.rollout();
        String title = r.name() + (r.version() == null ? "" : " " + r.version()) + ": " + word(r.status());
        html.raw("<!DOCTYPE html>\n")
                .open("html", "lang", "en")
                .open("head")
                .open("meta", "charset", "utf-8")
                .open(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'unsafe-inline'")
                .open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .element("title", title)
                .open("style")
                .raw(style())
                .close("style")
                .close("head")
                .open("body");
        html.open("h1")
                .text(r.name() + (r.version() == null ? "" : " " + r.version()))
                .text(" ")
                .element(
                        "span",
                        word(r.status()),
                        "class",
                        "verdict " + r.status().name().toLowerCase(Locale.ROOT))
                .close("h1");
        html.element("p", r.says() + (r.reason() == null ? "" : ": " + r.reason()));
        facts(r);
        chain(report.journal());
        phases();
        abortRules();
        decisions();
        checklists();
        probes();
        watch();
        charts();
        events();
        plan();
        return html.close("body").close("html").raw("\n").toString();
    }

    private void facts(Report.Rollout r) {
        html.open("table", "class", "facts").open("tbody");
        fact("Rollout", r.id());
        fact("Owner", r.owner());
        fact("Started by", r.by());
        fact("Started", moment(r.startedAt()));
        fact(
                "Ended",
                r.endedAt() == null
                        ? "it was open when this was written"
                        : moment(r.endedAt()) + ", after " + duration(r.endedAt() - r.startedAt()));
        fact("Weight at the end", r.weight().toString());
        fact("Evaluations", String.valueOf(r.ticks()));
        RolloutStatusResponse.TrafficRow traffic = report.traffic();
        if (traffic != null && traffic.canary() != null) {
            fact("Requests counted by the router", traffic.canary() + " canary, " + traffic.stable() + " stable");
        }
        html.close("tbody").close("table");
    }

    private void fact(String name, String value) {
        html.open("tr")
                .element("th", name, "scope", "row")
                .element("td", value == null ? "not given" : value)
                .close("tr");
    }

    private void chain(JournalCheck check) {
        html.open("section", "class", check.whole() ? "chain whole" : "chain damaged")
                .element("h2", "Journal")
                .element(
                        "p",
                        check.whole()
                                ? "Whole: " + Units.count(check.lines(), "line")
                                        + ", each with the hash of the one before."
                                        + (check.torn()
                                                ? " A torn last line, which nothing acted on, is left out."
                                                : "")
                                : check.problem());
        if (check.head() != null) {
            html.open("p")
                    .text("Hash of the last line, which stands for all of them: ")
                    .element("code", check.head())
                    .close("p");
        }
        html.close("section");
    }

    private void phases() {
        html.element("h2", "Phases")
                .open("table")
                .head("Phase", "Weight", "Verdict", "Entered", "Gate passed", "Left", "Green of hold")
                .open("tbody");
        for (Report.PhaseReport p : report.phases()) {
            RolloutStatusResponse.PhaseRow row = p.phase();
            html.open("tr")
                    .element("th", row.name(), "scope", "row")
                    .element("td", row.weight())
                    .element(
                            "td", word(p.verdict()), "class", p.verdict().name().toLowerCase(Locale.ROOT))
                    .element("td", moment(row.enteredAt()))
                    .element("td", moment(row.passedAt()))
                    .element("td", moment(row.leftAt()))
                    .element("td", duration(row.greenMillis()) + " of " + duration(row.holdMillis()))
                    .close("tr");
        }
        html.close("tbody").close("table");
        for (Report.PhaseReport p : report.phases()) {
            if (p.verdict() != Report.Verdict.NOT_ENTERED && !p.criteria().isEmpty()) {
                html.element("h3", "Gate of " + p.phase().name());
                if (p.reason() != null) {
                    html.element("p", p.reason(), "class", "fail");
                }
                criteria(p.criteria());
            }
        }
    }

    private void criteria(List<Report.CriterionReport> criteria) {
        html.open("table")
                .head("Criterion", "Passed", "Failed", "No data", "Least", "Mean", "Greatest", "Last check")
                .open("tbody");
        for (Report.CriterionReport c : criteria) {
            html.open("tr").open("th", "scope", "row").text(c.criterion());
            if (c.query() != null) {
                html.element("code", c.query());
            }
            html.close("th")
                    .element("td", c.pass())
                    .element("td", c.fail(), "class", c.fail() > 0 ? "fail" : "")
                    .element("td", c.noData() + c.unavailable())
                    .element("td", value(c.least(), c.unit()))
                    .element("td", value(c.mean(), c.unit()))
                    .element("td", value(c.greatest(), c.unit()))
                    .element(
                            "td",
                            (c.last() == null ? "never judged" : c.last().says())
                                    + (c.firstFail() == null
                                            ? ""
                                            : "; first failed " + moment(c.firstFail()) + ": " + c.firstFailSays()))
                    .close("tr");
        }
        html.close("tbody").close("table");
    }

    private void abortRules() {
        if (report.abort().isEmpty()) {
            return;
        }
        html.element("h2", "Abort rules")
                .open("table")
                .head("Rule", "Fired", "Ticks broken", "Ticks not broken", "Last check")
                .open("tbody");
        for (Report.AbortReport a : report.abort()) {
            Report.CriterionReport c = a.checks();
            html.open("tr")
                    .element("th", a.rule(), "scope", "row")
                    .element("td", a.fired() ? "fired" : "no", "class", a.fired() ? "fail" : "")
                    .element("td", c == null ? "" : c.fail())
                    .element("td", c == null ? "" : c.pass())
                    .element("td", c == null || c.last() == null ? "" : c.last().says())
                    .close("tr");
        }
        html.close("tbody").close("table");
    }

    private void decisions() {
        html.element("h2", "Decisions of people");
        if (report.decisions().isEmpty()) {
            html.element("p", "None: nobody approved, held, overrode or took back anything.");
            return;
        }
        html.open("table").head("When", "Who", "Phase", "What", "Having seen").open("tbody");
        for (Report.Decision d : report.decisions()) {
            html.open("tr")
                    .element("td", moment(d.at()))
                    .element("td", d.by())
                    .element("td", d.phase())
                    .element("td", d.says())
                    .open("td");
            if (d.evidence() != null) {
                html.open("ul");
                d.evidence().forEach(c -> html.element("li", c.outcome() + ": " + c.says()));
                html.close("ul");
            }
            html.close("td").close("tr");
        }
        html.close("tbody").close("table");
    }

    private void checklists() {
        if (report.checklists().isEmpty()) {
            return;
        }
        html.element("h2", "Checklists");
        for (RolloutStatusResponse.ChecklistRow list : report.checklists()) {
            html.element("h3", list.name() + (list.complete() ? ": complete" : ": not complete"))
                    .open("ul");
            for (RolloutStatusResponse.ItemRow item : list.items()) {
                html.element(
                        "li",
                        (item.ticked() ? "\u2611 " : "\u2610 ")
                                + item.item()
                                + (item.ticked()
                                        ? " (" + (item.by() != null ? item.by() : item.provenBy()) + ", "
                                                + moment(item.at()) + ")"
                                        : ""));
            }
            html.close("ul");
        }
    }

    private void probes() {
        if (report.probes().isEmpty() && report.loads().isEmpty()) {
            return;
        }
        html.element("h2", "Probes")
                .open("table")
                .head("When", "Probe", "Track", "Requests", "Outcome", "What it found")
                .open("tbody");
        for (ProbeResult p : report.probes()) {
            html.open("tr")
                    .element("td", moment(p.startedAt()))
                    .element("th", p.probe(), "scope", "row")
                    .element("td", p.track().word())
                    .element("td", p.requests() + " " + p.statuses())
                    .element("td", word(p.outcome()), "class", word(p.outcome()))
                    .element("td", p.says())
                    .close("tr");
        }
        for (LoadReport l : report.loads()) {
            html.open("tr")
                    .element("td", moment(l.startedAt()))
                    .element("th", "load on " + l.path(), "scope", "row")
                    .element("td", l.track().word())
                    .element("td", l.requests() + " " + l.statuses())
                    .element("td", "")
                    .element("td", l.unanswered() + " unanswered, " + l.missed() + " not sent")
                    .close("tr");
        }
        html.close("tbody").close("table");
    }

    private void watch() {
        RolloutStatusResponse.WatchRow w = report.watch();
        if (w == null) {
            return;
        }
        html.element("h2", "Watch after the promotion")
                .element(
                        "p",
                        "From " + moment(w.since()) + " to " + moment(w.until())
                                + ", on a breach: " + w.onBreach()
                                + (w.breach() == null ? "" : "; breached: " + w.breach())
                                + (w.accepted() == null ? "" : "; kept by " + w.accepted()));
        if (!report.watched().isEmpty()) {
            criteria(report.watched());
        }
    }

    private void charts() {
        RolloutStatusResponse.SeriesRow series = report.series();
        RolloutStatusResponse.Columns points = series.points();
        if (points.times().isEmpty()) {
            return;
        }
        html.element("h2", "Readings")
                .open("p")
                .text("From " + moment(points.times().get(0)) + " to "
                        + moment(points.times().get(points.times().size() - 1)) + "; ")
                .element("span", "canary", "class", "canary")
                .text(", ")
                .element("span", "stable", "class", "stable")
                .close("p");
        figure(
                "weight",
                "",
                Chart.svg(
                        points.times(),
                        points.weights().stream().map(w -> w.percent()).toList(),
                        null,
                        100));
        for (int i = 0; i < series.metrics().size(); i++) {
            List<Double> canary = points.canary().get(i);
            List<Double> stable = points.stable().get(i);
            figure(
                    series.metrics().get(i).label(),
                    range(canary, series.metrics().get(i).unit()),
                    Chart.svg(points.times(), canary, stable.stream().allMatch(v -> v == null) ? null : stable, 0));
        }
    }

    private void figure(String label, String range, String svg) {
        html.open("figure").element("figcaption", label + range).raw(svg).close("figure");
    }

    private static String range(List<Double> values, Unit unit) {
        return values.stream()
                .filter(v -> v != null)
                .max(Double::compare)
                .map(v -> ", up to " + Units.print(v, unit))
                .orElse(", no data");
    }

    private void events() {
        html.element("h2", "Events")
                .open("table")
                .head("Line", "When", "Who", "What")
                .open("tbody");
        for (RolloutStatusResponse.EventRow e : report.events()) {
            html.open("tr")
                    .element("td", e.seq())
                    .element("td", moment(e.at()))
                    .element("td", e.by() == null ? "the engine" : e.by())
                    .element("td", e.text())
                    .close("tr");
        }
        html.close("tbody").close("table");
    }

    private void plan() {
        html.element("h2", "Plan")
                .open("p")
                .text("SHA-256 ")
                .element("code", report.plan().sha256())
                .close("p")
                .element("pre", report.plan().text());
        if (!report.queries().isEmpty()) {
            html.element("h2", "Queries").open("dl");
            report.queries().forEach((key, query) -> html.element("dt", key)
                    .open("dd")
                    .element("code", query)
                    .close("dd"));
            html.close("dl");
        }
    }

    private static String value(Double value, Unit unit) {
        return value == null ? "" : Units.print(value, unit);
    }

    private static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String duration(long millis) {
        return Units.print(Duration.ofMillis(millis / 1000 * 1000));
    }

    private static String moment(Long at) {
        return at == null || at == 0
                ? ""
                : Instant.ofEpochMilli(at).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.CriterionInfo;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

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
        String subject = r.name() + (r.version() == null ? "" : " " + r.version());
        html.page(subject + ": " + word(r.status()));
        html.open("h1").text(subject).text(" ");
        html.element("span", word(r.status()), "class", "verdict " + css(r.status()))
                .close("h1");
        html.element("p", r.says() + (r.reason() == null ? "" : ": " + r.reason()));
        facts(r);
        chain(report.journal());
        phases();
        abortRules();
        dryRuns();
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
        about(report.plan().about());
        fact("Started by", r.by());
        fact("Started", moment(r.startedAt()));
        String ended = r.endedAt() == null
                ? "it was open when this was written"
                : moment(r.endedAt()) + ", after " + duration(r.endedAt() - r.startedAt());
        fact("Ended", ended);
        fact("Weight at the end", r.weight().toString());
        fact("Evaluations", String.valueOf(r.ticks()));
        var traffic = report.traffic();
        if (traffic != null && traffic.canary() != null) {
            fact("Requests counted by the router", traffic.canary() + " canary, " + traffic.stable() + " stable");
        }
        html.close("tbody").close("table");
    }

    /** What the plan says about itself. */
    private void about(PlanInfo about) {
        if (about == null) {
            return;
        }
        if (about.owner() != null) {
            fact("Owner of the service", about.owner());
        }
        if (about.description() != null) {
            fact("Description", about.description());
        }
        about.links().forEach((name, url) -> {
            html.open("tr").name(name).open("td");
            link(url, url);
            html.close("td").close("tr");
        });
    }

    /** Only what the plan's reader took for an address of the web. */
    private void link(String url, String text) {
        html.element("a", text, "href", url, "rel", "noopener noreferrer");
    }

    /** What the plan says about a criterion. */
    private void said(CriterionInfo info) {
        if (info.why() != null) {
            html.element("p", info.why());
        }
        if (info.runbook() != null) {
            link(info.runbook(), "Runbook");
            html.text(" ");
        }
        if (info.dashboard() != null) {
            link(info.dashboard(), "Dashboard");
        }
    }

    private void fact(String name, String value) {
        html.open("tr").name(name).cells(value == null ? "not given" : value).close("tr");
    }

    private void chain(JournalCheck check) {
        String torn = check.torn() ? " A torn last line, which nothing acted on, is left out." : "";
        html.open("section", "class", check.whole() ? "chain whole" : "chain damaged")
                .element("h2", "Journal");
        html.element(
                "p",
                check.whole()
                        ? "Whole: " + Units.count(check.lines(), "line") + ", each with the hash of the one before."
                                + torn
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
        List<String> columns = List.of("Phase", "Weight", "Verdict", "Entered", "Gate passed", "Left", "Green of hold");
        html.element("h2", "Phases").table(columns, report.phases(), p -> {
            var row = p.phase();
            String green = duration(row.greenMillis()) + " of " + duration(row.holdMillis());
            html.name(row.name())
                    .cells(row.traffic() == null ? row.weight() : row.traffic())
                    .cell(word(p.verdict()), css(p.verdict()));
            html.cells(moment(row.enteredAt()), moment(row.passedAt()), moment(row.leftAt()), green);
        });
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
        List<String> columns =
                List.of("Criterion", "Passed", "Failed", "No data", "Least", "Mean", "Greatest", "Last check");
        html.table(columns, criteria, c -> {
            String name = c.info().name();
            html.open("th", "scope", "row").text(name == null ? c.criterion() : name + ": " + c.criterion());
            said(c.info());
            if (c.query() != null) {
                html.element("code", c.query());
            }
            html.close("th").cells(c.pass()).cell(c.fail(), c.fail() > 0 && !c.dryRun() ? "fail" : "");
            html.cells(c.noData() + c.unavailable());
            html.cells(value(c.least(), c.unit()), value(c.mean(), c.unit()), value(c.greatest(), c.unit()));
            String failed =
                    c.firstFail() == null ? "" : "; first failed " + moment(c.firstFail()) + ": " + c.firstFailSays();
            html.cells((c.last() == null ? "never judged" : c.last().says()) + failed);
        });
    }

    private void abortRules() {
        if (report.abort().isEmpty()) {
            return;
        }
        List<String> columns = List.of("Rule", "Fired", "Ticks broken", "Ticks not broken", "Last check");
        html.element("h2", "Abort rules").table(columns, report.abort(), a -> {
            Report.CriterionReport c = a.checks();
            html.open("th", "scope", "row").text(a.rule());
            if (c != null) {
                said(c.info());
            }
            html.close("th").cell(a.fired() ? "fired" : "no", a.fired() ? "fail" : "");
            html.cells(c == null ? "" : c.fail(), c == null ? "" : c.pass());
            html.cells(c == null || c.last() == null ? "" : c.last().says());
        });
    }

    /** What criteria and rules that decide nothing would have done. */
    private void dryRuns() {
        List<EventRow> told = report.events().stream()
                .filter(e -> e.kind().equals("dryRunFailed"))
                .toList();
        boolean any = report.abort().stream()
                        .anyMatch(a -> a.checks() != null && a.checks().dryRun())
                || report.phases().stream()
                        .flatMap(p -> p.criteria().stream())
                        .anyMatch(Report.CriterionReport::dryRun);
        if (any) {
            html.element("h2", "Dry runs")
                    .element("p", told.isEmpty() ? "None would have changed anything." : "These decided nothing.");
            told.forEach(e -> html.element("p", moment(e.at()) + ": " + e.text()));
        }
    }

    private void decisions() {
        html.element("h2", "Decisions of people");
        List<Report.Decision> people =
                report.decisions().stream().filter(d -> !d.pipeline()).toList();
        if (people.isEmpty()) {
            html.element("p", "None: nobody approved, held, overrode or took back anything.");
        } else {
            decisions(people);
        }
        List<Report.Decision> pipeline =
                report.decisions().stream().filter(Report.Decision::pipeline).toList();
        if (!pipeline.isEmpty()) {
            html.element("h2", "Decisions of the pipeline");
            decisions(pipeline);
        }
    }

    private void decisions(List<Report.Decision> decisions) {
        html.table(List.of("When", "Who", "Phase", "What", "Having seen"), decisions, d -> {
            html.cells(moment(d.at()), d.by(), d.phase(), d.says()).open("td");
            if (d.evidence() != null) {
                html.open("ul");
                d.evidence().forEach(c -> html.element("li", c.outcome() + ": " + c.says()));
                html.close("ul");
            }
            html.close("td");
        });
    }

    private void checklists() {
        if (report.checklists().isEmpty()) {
            return;
        }
        html.element("h2", "Checklists");
        for (var list : report.checklists()) {
            html.element("h3", list.name() + (list.complete() ? ": complete" : ": not complete"))
                    .open("ul");
            for (var item : list.items()) {
                String who = item.by() != null ? item.by() : item.provenBy();
                String ticked = "\u2611 " + item.item() + " (" + who + ", " + moment(item.at()) + ")";
                html.element("li", item.ticked() ? ticked : "\u2610 " + item.item());
            }
            html.close("ul");
        }
    }

    private void probes() {
        if (report.probes().isEmpty() && report.loads().isEmpty()) {
            return;
        }
        List<Runnable> rows = new ArrayList<>();
        report.probes()
                .forEach(p -> rows.add(() -> html.cells(moment(p.startedAt()))
                        .name(p.probe())
                        .cells(p.track().word(), p.requests() + " " + p.statuses())
                        .cell(word(p.outcome()), word(p.outcome()))
                        .cells(p.says())));
        report.loads()
                .forEach(l -> rows.add(() -> html.cells(moment(l.startedAt()))
                        .name("load on " + l.path())
                        .cells(l.track().word(), l.requests() + " " + l.statuses(), "")
                        .cells(l.unanswered() + " unanswered, " + l.missed() + " not sent")));
        List<String> columns = List.of("When", "Probe", "Track", "Requests", "Outcome", "What it found");
        html.element("h2", "Probes").table(columns, rows, Runnable::run);
    }

    private void watch() {
        var w = report.watch();
        if (w == null) {
            return;
        }
        String says = "From " + moment(w.since()) + " to " + moment(w.until()) + ", on a breach: " + w.onBreach()
                + (w.breach() == null ? "" : "; breached: " + w.breach())
                + (w.accepted() == null ? "" : "; kept by " + w.accepted());
        html.element("h2", "Watch after the promotion").element("p", says);
        if (!report.watched().isEmpty()) {
            criteria(report.watched());
        }
    }

    private void charts() {
        var series = report.series();
        var points = series.points();
        if (points.times().isEmpty()) {
            return;
        }
        List<Long> times = points.times();
        html.element("h2", "Readings")
                .open("p")
                .text("From " + moment(times.get(0)) + " to " + moment(times.get(times.size() - 1)) + "; ")
                .element("span", "canary", "class", "canary")
                .text(", ")
                .element("span", "stable", "class", "stable")
                .close("p");
        List<Double> weights = points.weights().stream().map(Weight::percent).toList();
        html.open("figure")
                .element("figcaption", "weight")
                .raw(Chart.of(times, weights, null, 100).svg())
                .close("figure");
        for (int i = 0; i < series.metrics().size(); i++) {
            var metric = series.metrics().get(i);
            List<Double> canary = points.canary().get(i);
            List<Double> stable = points.stable().get(i);
            boolean compared = stable.stream().anyMatch(Objects::nonNull);
            html.open("figure")
                    .element("figcaption", metric.label() + range(canary, metric.unit()))
                    .raw(Chart.of(times, canary, compared ? stable : null, 0).svg())
                    .close("figure");
        }
    }

    private static String range(List<Double> values, Unit unit) {
        return values.stream()
                .filter(v -> v != null)
                .max(Double::compare)
                .map(v -> ", up to " + Units.print(v, unit))
                .orElse(", no data");
    }

    private void events() {
        html.element("h2", "Events").table(List.of("Line", "When", "Who", "What"), report.events(), e -> {
            html.cells(e.seq(), moment(e.at()), e.by() == null ? "the engine" : e.by(), e.text());
        });
    }

    private void plan() {
        html.element("h2", "Plan")
                .open("p")
                .text("SHA-256 ")
                .element("code", report.plan().sha256())
                .close("p")
                .element("pre", report.plan().text());
        if (!report.plan().policies().isEmpty()) {
            html.element("h2", "Added by policies")
                    .table(
                            List.of("Policy", "Added"),
                            report.plan().policies(),
                            p -> html.cells(p.policy(), p.added()));
        }
        if (!report.queries().isEmpty()) {
            html.element("h2", "Queries").open("dl");
            report.queries()
                    .forEach((key, query) -> html.element("dt", key)
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
        return css(name).replace('_', ' ');
    }

    private static String css(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static String duration(long millis) {
        return Units.print(Duration.ofMillis(millis / 1000 * 1000));
    }

    private static String moment(Long at) {
        return at == null || at == 0
                ? ""
                : Instant.ofEpochMilli(at).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}

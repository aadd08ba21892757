package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report as JUnit XML, so that gates show where test results do: a suite for each phase with a case for each criterion
 * and one for the gate itself, one suite each for the abort rules, the checklists, the probes, the watch, and the rollout's
 * end.
 */
public final class JunitReport {

    /** @param failure why it failed; null when it did not; likewise for skipped */
    private record Case(String name, double seconds, String failure, String skipped, String says) {}

    private final XMLStreamWriter xml;

    private JunitReport(XMLStreamWriter xml) {
        this.xml = xml;
    }

    public static String of(Report report) {
        return of(report, report.plan().name());
    }

    /** @param called the rollout's name where its build has several by one plan */
    public static String of(Report report, String called) {
        StringWriter text = new StringWriter();
        try {
            new JunitReport(XMLOutputFactory.newFactory().createXMLStreamWriter(text))
                    .write(report, "canary." + called);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a report that cannot be written", e);
        }
        return text.toString();
    }

    private void write(Report report, String name) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        attribute("name", name);
        for (Report.PhaseReport phase : report.phases()) {
            suite(
                    name + "." + phase.phase().name().replace('.', '_'),
                    phase.phase().enteredAt(),
                    cases(phase));
        }
        suite(
                name + ".abort",
                report.rollout().startedAt(),
                report.abort().stream().map(JunitReport::rule).toList());
        List<Case> items = new ArrayList<>();
        report.checklists().forEach(list -> list.items()
                .forEach(item -> items.add(new Case(
                        list.name() + ": " + item.item(),
                        0,
                        null,
                        item.ticked() ? null : "not ticked",
                        item.ticked() ? "ticked by " + (item.by() != null ? item.by() : item.provenBy()) : null))));
        suite(name + ".checklists", report.rollout().startedAt(), items);
        suite(
                name + ".probes",
                report.rollout().startedAt(),
                report.probes().stream().map(JunitReport::probe).toList());
        suite(name + ".watch", report.watch() == null ? null : report.watch().since(), watch(report));
        suite(name + ".rollout", report.rollout().startedAt(), List.of(end(report.rollout()), journal(report)));
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private static Case end(Report.Rollout r) {
        String says = r.says() + (r.reason() == null ? "" : ": " + r.reason());
        double seconds = r.endedAt() == null ? 0 : (r.endedAt() - r.startedAt()) / 1000.0;
        return switch (r.status()) {
            // What is watched is promoted already.
            case PROMOTED, ON_WATCH -> new Case("outcome", seconds, null, null, says);
            case ROLLED_BACK, FAILED -> new Case("outcome", seconds, says, null, null);
            default -> new Case("outcome", seconds, null, says, null);
        };
    }

    private static List<Case> watch(Report report) {
        RolloutStatusResponse.WatchRow w = report.watch();
        if (w == null) {
            return List.of();
        }
        boolean bad = w.breach() != null && w.accepted() == null;
        List<Case> cases = new ArrayList<>();
        report.watched().forEach(c -> cases.add(criterion(c, bad)));
        Long end = report.rollout().endedAt();
        cases.add(new Case(
                "watch",
                end == null ? 0 : (end - w.since()) / 1000.0,
                bad ? "breached: " + w.breach() : null,
                !bad && end == null ? "still going on, until " + Instant.ofEpochMilli(w.until()) : null,
                w.accepted() == null ? null : "breached: " + w.breach() + "; kept by " + w.accepted()));
        return cases;
    }

    private static Case journal(Report report) {
        return new Case(
                "journal",
                0,
                report.journal().problem(),
                null,
                "hash of the last line " + report.journal().head());
    }

    private static Case probe(ProbeResult p) {
        String says = p.says() + " (" + Units.count(p.requests(), "request") + ", " + p.statuses() + ")";
        String name = p.probe() + " of " + p.track().word() + " at " + Instant.ofEpochMilli(p.startedAt());
        return switch (p.outcome()) {
            case PASS -> new Case(name, p.tookMillis() / 1000.0, null, null, says);
            case FAIL -> new Case(name, p.tookMillis() / 1000.0, says, null, null);
            case NO_DATA, UNAVAILABLE -> new Case(name, p.tookMillis() / 1000.0, null, says, null);
        };
    }

    private static Case rule(Report.AbortReport rule) {
        String says = rule.checks() == null || rule.checks().last() == null
                ? null
                : rule.checks().last().says();
        return new Case(
                rule.rule(),
                0,
                rule.fired() ? "the abort rule fired" + (says == null ? "" : ": " + says) : null,
                null,
                says);
    }

    private static List<Case> cases(Report.PhaseReport phase) {
        List<Case> cases = new ArrayList<>();
        boolean bad = phase.verdict() == Report.Verdict.FAIL || phase.verdict() == Report.Verdict.ABORT;
        for (Report.CriterionReport c : phase.criteria()) {
            cases.add(criterion(c, bad));
        }
        Long from = phase.phase().enteredAt();
        Long to = phase.phase().leftAt();
        double seconds = from == null || to == null ? 0 : (to - from) / 1000.0;
        String verdict = phase.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        cases.add(new Case(
                "gate",
                seconds,
                bad ? verdict + (phase.reason() == null ? "" : ": " + phase.reason()) : null,
                bad || phase.verdict() == Report.Verdict.PASS ? null : verdict,
                null));
        return cases;
    }

    /** Failing at the end is a failure only where it ended the phase: a gate may have failed and recovered, or been overridden. */
    private static Case criterion(Report.CriterionReport c, boolean endedBadly) {
        if (!c.judged()) {
            return new Case(c.criterion(), 0, null, "never judged", null);
        }
        String says = c.last().says() + " (" + c.pass() + " passed, " + c.fail() + " failed, "
                + (c.noData() + c.unavailable()) + " without data)";
        return switch (c.lastOutcome()) {
            case PASS -> new Case(c.criterion(), 0, null, null, says);
            case FAIL -> new Case(c.criterion(), 0, endedBadly ? says : null, endedBadly ? null : says, null);
            case NO_DATA, UNAVAILABLE -> new Case(c.criterion(), 0, null, says, null);
        };
    }

    private void suite(String name, Long at, List<Case> cases) throws XMLStreamException {
        if (cases.isEmpty()) {
            return;
        }
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("tests", String.valueOf(cases.size()));
        attribute(
                "failures",
                String.valueOf(cases.stream().filter(c -> c.failure != null).count()));
        attribute("errors", "0");
        attribute(
                "skipped",
                String.valueOf(cases.stream().filter(c -> c.skipped != null).count()));
        attribute(
                "time", String.valueOf(cases.stream().mapToDouble(Case::seconds).sum()));
        if (at != null) {
            attribute(
                    "timestamp",
                    Instant.ofEpochMilli(at)
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString()
                            .replace("Z", ""));
        }
        for (Case c : cases) {
            xml.writeStartElement("testcase");
            attribute("classname", name);
            attribute("name", c.name);
            attribute("time", String.valueOf(c.seconds));
            if (c.failure != null) {
                message("failure", c.failure);
            } else if (c.skipped != null) {
                message("skipped", c.skipped);
            } else if (c.says != null) {
                xml.writeStartElement("system-out");
                xml.writeCharacters(legal(c.says));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private void message(String element, String says) throws XMLStreamException {
        xml.writeEmptyElement(element);
        attribute("message", says);
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value));
    }

    /** What XML 1.0 cannot hold at all, not even escaped, becomes visible. */
    private static String legal(String text) {
        StringBuilder legal = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> legal.appendCodePoint(
                        c >= ' ' && c <= 0xD7FF || c == '\n' || c == '\t' || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000
                                ? c
                                : 0x2423));
        return legal.toString();
    }
}

package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
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
    private record Case(String name, double seconds, String failure, String skipped, String says) {

        static Case passed(String name, double seconds, String says) {
            return new Case(name, seconds, null, null, says);
        }

        static Case failed(String name, double seconds, String why) {
            return new Case(name, seconds, why, null, null);
        }

        static Case skipped(String name, double seconds, String why) {
            return new Case(name, seconds, null, why, null);
        }
    }

    /**
     * What of a report is written: the phases from one index to before another, what belongs to the whole rollout (abort
     * rules, checklists, probes, outcome, journal), and the watch after the promotion.
     */
    public record Part(int from, int to, boolean end, boolean watch) {

        public static final Part NOTHING = new Part(0, 0, false, false);
        static final Part ALL = new Part(0, Integer.MAX_VALUE, true, true);

        public boolean isEmpty() {
            return from >= to && !end && !watch;
        }
    }

    private final XMLStreamWriter xml;

    private JunitReport(XMLStreamWriter xml) {
        this.xml = xml;
    }

    public static String of(Report report) {
        return of(report, report.plan().name());
    }

    /** @param called the rollout's name where its build has several by one plan */
    public static String of(Report report, String called) {
        return of(report, called, Part.ALL);
    }

    /** The same for a part of the report. */
    public static String of(Report report, String called, Part part) {
        StringWriter text = new StringWriter();
        try {
            new JunitReport(XMLOutputFactory.newFactory().createXMLStreamWriter(text))
                    .write(report, "canary." + called, part);
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a report that cannot be written", e);
        }
        return text.toString();
    }

    private void write(Report report, String name, Part part) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuites");
        attribute("name", name);
        List<Report.PhaseReport> phases = report.phases();
        for (int i = part.from(); i < Math.min(part.to(), phases.size()); i++) {
            var row = phases.get(i).phase();
            suite(name + "." + row.name().replace('.', '_'), row.enteredAt(), cases(phases.get(i)));
        }
        if (part.end()) {
            end(report, name);
        }
        if (part.watch()) {
            suite(
                    name + ".watch",
                    report.watch() == null ? null : report.watch().since(),
                    watch(report));
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void end(Report report, String name) throws XMLStreamException {
        long began = report.rollout().startedAt();
        suite(
                name + ".abort",
                began,
                report.abort().stream().map(JunitReport::rule).toList());
        List<Case> items = new ArrayList<>();
        for (var list : report.checklists()) {
            for (var item : list.items()) {
                String title = list.name() + ": " + item.item();
                String by = item.by() != null ? item.by() : item.provenBy();
                items.add(
                        item.ticked()
                                ? Case.passed(title, 0, "ticked by " + by)
                                : Case.skipped(title, 0, "not ticked"));
            }
        }
        suite(name + ".checklists", began, items);
        suite(
                name + ".probes",
                began,
                report.probes().stream().map(JunitReport::probe).toList());
        suite(name + ".rollout", began, List.of(end(report.rollout()), journal(report)));
    }

    private static Case end(Report.Rollout r) {
        String says = r.says() + (r.reason() == null ? "" : ": " + r.reason());
        double seconds = r.endedAt() == null ? 0 : (r.endedAt() - r.startedAt()) / 1000.0;
        return switch (r.status()) {
            // What is watched is promoted already.
            case PROMOTED, ON_WATCH -> Case.passed("outcome", seconds, says);
            case ROLLED_BACK, FAILED -> Case.failed("outcome", seconds, says);
            default -> Case.skipped("outcome", seconds, says);
        };
    }

    private static List<Case> watch(Report report) {
        var w = report.watch();
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
        String says = "hash of the last line " + report.journal().head();
        return new Case("journal", 0, report.journal().problem(), null, says);
    }

    private static Case probe(ProbeResult p) {
        String says = p.says() + " (" + Units.count(p.requests(), "request") + ", " + p.statuses() + ")";
        String name = p.probe() + " of " + p.track().word() + " at " + Instant.ofEpochMilli(p.startedAt());
        double seconds = p.tookMillis() / 1000.0;
        return switch (p.outcome()) {
            case PASS -> Case.passed(name, seconds, says);
            case FAIL -> Case.failed(name, seconds, says);
            case NO_DATA, UNAVAILABLE -> Case.skipped(name, seconds, says);
        };
    }

    private static Case rule(Report.AbortReport rule) {
        String says = rule.checks() == null || rule.checks().last() == null
                ? null
                : rule.checks().last().says();
        String fired = "the abort rule fired" + (says == null ? "" : ": " + says);
        return new Case(rule.rule(), 0, rule.fired() ? fired : null, null, says);
    }

    private static List<Case> cases(Report.PhaseReport phase) {
        List<Case> cases = new ArrayList<>();
        boolean bad = phase.verdict() == Report.Verdict.FAIL || phase.verdict() == Report.Verdict.ABORT;
        phase.criteria().forEach(c -> cases.add(criterion(c, bad)));
        Long from = phase.phase().enteredAt();
        Long to = phase.phase().leftAt() == null
                ? phase.phase().passedAt()
                : phase.phase().leftAt();
        double seconds = from == null || to == null ? 0 : (to - from) / 1000.0;
        String verdict = phase.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String failure = bad ? verdict + (phase.reason() == null ? "" : ": " + phase.reason()) : null;
        String skipped = bad || phase.verdict() == Report.Verdict.PASS ? null : verdict;
        cases.add(new Case("gate", seconds, failure, skipped, null));
        return cases;
    }

    /** Failing at the end is a failure only where it ended the phase: a gate may have failed and recovered, or been overridden. */
    private static Case criterion(Report.CriterionReport c, boolean endedBadly) {
        if (!c.judged()) {
            return Case.skipped(c.criterion(), 0, "never judged");
        }
        String says = c.last().says() + " (" + c.pass() + " passed, " + c.fail() + " failed, "
                + (c.noData() + c.unavailable()) + " without data)";
        return switch (c.lastOutcome()) {
            case PASS -> Case.passed(c.criterion(), 0, says);
            case FAIL -> endedBadly ? Case.failed(c.criterion(), 0, says) : Case.skipped(c.criterion(), 0, says);
            case NO_DATA, UNAVAILABLE -> Case.skipped(c.criterion(), 0, says);
        };
    }

    private void suite(String name, Long at, List<Case> cases) throws XMLStreamException {
        if (cases.isEmpty()) {
            return;
        }
        xml.writeStartElement("testsuite");
        attribute("name", name);
        attribute("tests", cases.size());
        attribute("failures", cases.stream().filter(c -> c.failure != null).count());
        attribute("errors", 0);
        attribute("skipped", cases.stream().filter(c -> c.skipped != null).count());
        attribute("time", cases.stream().mapToDouble(Case::seconds).sum());
        if (at != null) {
            Instant began = Instant.ofEpochMilli(at).truncatedTo(ChronoUnit.SECONDS);
            attribute("timestamp", began.toString().replace("Z", ""));
        }
        for (Case c : cases) {
            xml.writeStartElement("testcase");
            attribute("classname", name);
            attribute("name", c.name);
            attribute("time", c.seconds);
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

    private void attribute(String name, Object value) throws XMLStreamException {
        xml.writeAttribute(name, legal(value.toString()));
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

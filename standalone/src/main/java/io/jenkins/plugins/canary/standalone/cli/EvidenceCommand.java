package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.report.HtmlReport;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.report.Report;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about the journal of a rollout, on this machine or in a Jenkins. */
abstract class EvidenceCommand extends CliCommand {

    @Parameters(
            paramLabel = "JOURNAL|BUILD",
            description =
                    "the journal, a folder that holds one, or the address of a build in"
                            + " Jenkins or of a rollout's page there: as CANARY_JENKINS_USER with CANARY_JENKINS_TOKEN when these are set")
    String journal;

    /** {@code canary report JOURNAL|BUILD}. */
    @Command(
            name = "report",
            description = "Writes a rollout's evidence from its journal: a self-contained HTML page, JSON, JUnit XML.",
            footer = {
                "",
                "Exit codes: 0 written, 1 written but the journal is damaged (the report says where), "
                        + "3 not read or not written."
            })
    static final class ReportCommand extends EvidenceCommand {

        @Option(
                names = "--out",
                paramLabel = "DIR",
                defaultValue = ".",
                description = "where to; default ${DEFAULT-VALUE}")
        private Path out;

        @Override
        public Integer call() throws Exception {
            Report report;
            String name;
            try (EvidenceFile evidence = EvidenceFile.of(journal)) {
                name = evidence.name();
                report = JournalReport.read(evidence.file(), evidence.called());
            } catch (IOException e) {
                throw Failure.infrastructure(e.getMessage());
            }
            write(out, name + ".html", HtmlReport.of(report));
            write(out, name + ".json", JournalReport.json(report));
            write(out, "TEST-canary-" + name + ".xml", JunitReport.of(report));
            if (!report.journal().whole()) {
                err().println("canary: " + report.journal().problem());
                return Exit.ROLLED_BACK;
            }
            return Exit.FINE;
        }
    }

    /** {@code canary verify JOURNAL|BUILD}. */
    @Command(
            name = "verify",
            description = "Checks whether a journal was changed after it was written.",
            footer = {
                "",
                "A changed last line, or missing lines at the end, are found only by comparing with "
                        + "the last line's hash, which the report contains: pass it with --head.",
                "Exit codes: 0 unchanged, 1 changed (prints the line), 3 not readable."
            })
    static final class VerifyCommand extends EvidenceCommand {

        @Option(names = "--head", paramLabel = "HASH", description = "the hash of the last line, from a report")
        private String head;

        @Option(names = "--json", description = "print one JSON object: whole, lines, head, line, problem, torn")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            String file;
            JournalCheck check;
            try (EvidenceFile evidence = EvidenceFile.of(journal)) {
                file = evidence.called();
                check = JournalCheck.of(evidence.file(), event -> {})
                        .calling(evidence.file(), file)
                        .expecting(head);
            }
            if (json) {
                out().println(json(check));
            } else if (check.whole()) {
                String torn = check.torn() ? "; ignored a torn last line, on which nothing acted" : "";
                String lines = Units.count(check.lines(), "line");
                out().println(file + ": unchanged: " + lines + ", hash of the last " + check.head() + torn);
            } else {
                String place = file + (check.line() == null ? "" : ":" + check.line());
                out().println(place + ": " + check.problem());
            }
            return check.whole() ? Exit.FINE : Exit.ROLLED_BACK;
        }
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.report.HtmlReport;
import io.jenkins.plugins.canary.engine.report.JournalReport;
import io.jenkins.plugins.canary.engine.report.JunitReport;
import io.jenkins.plugins.canary.engine.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code canary report JOURNAL|BUILD}. */
@Command(
        name = "report",
        description = "Writes a rollout's evidence from its journal: a self-contained HTML page, JSON, JUnit XML.",
        footer = {
            "",
            "Exit codes: 0 written, 1 written but the journal is damaged (the report says where), "
                    + "3 not read or not written."
        })
final class ReportCommand extends CliCommand {

    @Parameters(
            paramLabel = "JOURNAL|BUILD",
            description =
                    "the journal, a folder that holds one, or the address of a build in"
                            + " Jenkins or of a rollout's page there: as CANARY_JENKINS_USER with CANARY_JENKINS_TOKEN when these are set")
    private String journal;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = ".", description = "where to; default ${DEFAULT-VALUE}")
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

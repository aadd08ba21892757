package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
final class VerifyCommand extends CliCommand {

    @Parameters(
            paramLabel = "JOURNAL|BUILD",
            description =
                    "the journal, a folder that holds one, or the address of a build in"
                            + " Jenkins or of a rollout's page there: as CANARY_JENKINS_USER with CANARY_JENKINS_TOKEN when these are set")
    private String journal;

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

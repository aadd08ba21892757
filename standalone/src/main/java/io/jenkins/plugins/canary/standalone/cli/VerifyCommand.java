package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.rollout.JournalCheck;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary verify JOURNAL|BUILD}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks whether a journal was changed after it was written.",
        footer = {
            "",
            "A changed last line, or missing lines at the end, are found only by comparing with "
                    + "the last line's hash, which the report contains: pass it with --head.",
            "Exit codes: 0 unchanged, 1 changed (prints the line), 3 not readable."
        })
final class VerifyCommand implements Callable<Integer> {

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

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        String file;
        JournalCheck check;
        try (EvidenceFile evidence = EvidenceFile.of(journal)) {
            file = evidence.called();
            check = JournalCheck.of(evidence.file(), event -> {})
                    .calling(evidence.file(), file)
                    .expecting(head);
        } catch (JournalException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        }
        if (json) {
            spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(check));
        } else if (check.whole()) {
            spec.commandLine()
                    .getOut()
                    .println(file + ": unchanged: " + Units.count(check.lines(), "line")
                            + ", hash of the last "
                            + check.head()
                            + (check.torn() ? "; ignored a torn last line, on which nothing acted" : ""));
        } else {
            spec.commandLine()
                    .getOut()
                    .println(file + (check.line() == null ? "" : ":" + check.line()) + ": " + check.problem());
        }
        return check.whole() ? Exit.FINE : Exit.ROLLED_BACK;
    }
}

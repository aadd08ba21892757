package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.PlanReader;
import io.jenkins.plugins.canary.engine.plan.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary check PLAN}. */
@Command(name = "check", description = "Checks a release plan: what is wrong, where, and what to write instead.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    private record Found(boolean ok, int errors, int warnings, List<Problem> problems) {}

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Option(names = "--json", description = "print one JSON object: ok, errors, warnings, problems")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        List<Problem> problems = PlanReader.check(PlanFile.text(file)).problems();
        int errors = (int) problems.stream().filter(p -> p.severity() == Problem.Severity.ERROR).count();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(
                    new Found(errors == 0, errors, problems.size() - errors, problems)));
        } else {
            problems.forEach(p -> out.println(file + ":" + p));
            out.println(file + ": " + count(errors, "error") + ", " + count(problems.size() - errors, "warning"));
        }
        return errors == 0 ? Exit.FINE : Exit.USAGE;
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}

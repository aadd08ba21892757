package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary check PLAN}. */
// Not the standard help options: --version is the release's here.
@Command(name = "check", description = "Checks a release plan: what is wrong, where, and what to write instead.")
final class CheckCommand implements Callable<Integer> {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Found(
            boolean ok, int errors, int warnings, List<Problem> problems, List<PowerAnalysis.Line> detectability) {}

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Mixin
    private ServiceOptions service;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Option(names = "--json", description = "print one JSON object: ok, errors, warnings, problems, detectability")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PlanReader.Result read = PlanReader.check(PlanFile.text(file));
        List<Problem> problems = read.problems();
        List<PowerAnalysis.Line> lines = service.given() && read.plan() != null
                ? service.foresight(read.plan()).of(read.plan())
                : null;
        int errors = (int) problems.stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .count();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper()
                    .writeValueAsString(new Found(errors == 0, errors, problems.size() - errors, problems, lines)));
        } else {
            problems.forEach(p -> out.println(file + ":" + p));
            if (lines != null) {
                PowerTable.of(lines).forEach(out::println);
            }
            out.println(file + ": " + count(errors, "error") + ", " + count(problems.size() - errors, "warning"));
        }
        return errors == 0 ? Exit.FINE : Exit.USAGE;
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}

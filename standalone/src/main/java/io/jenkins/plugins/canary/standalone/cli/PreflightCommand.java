package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightFinding;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary preflight PLAN}. */
// Not the standard help options: --version is the release's elsewhere.
@Command(
        name = "preflight",
        description =
                "Checks the cluster before a rollout: cluster hazards, their effect, and the command that fixes each. "
                        + "Changes nothing. Exit code 1 when a rollout would be refused.")
final class PreflightCommand implements Callable<Integer> {

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Option(names = "--json", description = "print the findings as a JSON array")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        CanaryPlan plan = PlanFile.read(
                file.toString(), PlanFile.text(file), spec.commandLine().getErr());
        String user = System.getProperty("user.name");
        Optional<Preflight> preflight = Preflight.of(
                plan.environment().preflight(),
                plan.longest(),
                plan.traffic(),
                RouterContext.of(
                        "",
                        plan.target(),
                        "",
                        "canary preflight by " + user,
                        new LocalSecrets(),
                        LiveRuntimeServices.CLOCK));
        if (preflight.isEmpty()) {
            throw new Failure(
                    Exit.USAGE,
                    "there is nothing to check: the plan's router is not in a cluster, or its"
                            + " preflight has no checks");
        }
        List<PreflightFinding> found;
        try {
            found = preflight.get().look();
        } catch (RouterException e) {
            throw new Failure(Exit.INFRASTRUCTURE, "traffic." + plan.traffic().driver() + ": " + e.getMessage());
        }
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(found));
        } else {
            found.forEach(finding -> print(finding, out));
            out.println(
                    found.isEmpty()
                            ? "nothing found"
                            : found.size() + " found, "
                                    + found.stream()
                                            .filter(PreflightFinding::isError)
                                            .count() + " of them stop a rollout");
        }
        return found.stream().anyMatch(PreflightFinding::isError) ? Exit.ROLLED_BACK : Exit.FINE;
    }

    private static void print(PreflightFinding finding, PrintWriter out) {
        out.println(finding.severity().name().toLowerCase(Locale.ROOT) + "  " + finding.check() + ": "
                + finding.object() + " " + finding.what());
        out.println("    why: " + finding.why());
        if (!finding.remedy().isEmpty()) {
            out.println("    do:  " + finding.remedy().stripTrailing().replace("\n", "\n         "));
        }
    }
}

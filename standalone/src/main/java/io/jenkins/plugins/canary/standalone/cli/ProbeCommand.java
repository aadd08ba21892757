package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.gate.CheckOutcome;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeFinding;
import io.jenkins.plugins.canary.engine.probe.ProbeResult;
import io.jenkins.plugins.canary.engine.probe.Prober;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.Probers;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary probe PLAN [NAME...]}. */
// Not the standard help options: --version is the release's here.
@Command(
        name = "probe",
        description = "Sends the probes of a release plan, one after the other, and reports the results.")
final class ProbeCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Parameters(index = "1..*", paramLabel = "NAME", description = "which probes; default all")
    private List<String> names = new ArrayList<>();

    @Option(names = "--track", description = "canary or stable; default canary")
    private Track track = Track.CANARY;

    @Option(names = "--version", paramLabel = "V", description = "stands for {{version}} in addresses")
    private String version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Option(names = "--json", description = "print one JSON array of results")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CanaryPlan plan = PlanFile.read(
                file.toString(), PlanFile.text(file), spec.commandLine().getErr());
        PrintWriter out = spec.commandLine().getOut();
        List<ProbeResult> results = new ArrayList<>();
        try (Prober prober = open(plan)) {
            for (Probe probe : chosen(plan)) {
                ProbeResult result = prober.run(probe, track).join();
                results.add(result);
                if (!json) {
                    print(result, out);
                }
            }
        }
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(results));
        }
        return exit(results);
    }

    private Prober open(CanaryPlan plan) throws Failure {
        String user = System.getProperty("user.name");
        try {
            return new Probers(LiveRuntimeServices.CLOCK)
                    .open(new RolloutEngine.Release(
                            plan,
                            "probe",
                            version,
                            AdvanceMode.AUTOMATIC,
                            "canary probe",
                            user,
                            new LocalSecrets(),
                            name -> Optional.empty()));
        } catch (MetricException e) {
            throw new Failure(Exit.USAGE, e.getMessage());
        }
    }

    private List<Probe> chosen(CanaryPlan plan) throws Failure {
        if (plan.probes().run().isEmpty()) {
            throw new Failure(Exit.USAGE, "the plan has no probes under probes.run");
        }
        for (String name : names) {
            if (!plan.probes().run().containsKey(name)) {
                throw new Failure(
                        Exit.USAGE,
                        "the plan has no probe " + name + "; it has "
                                + String.join(", ", plan.probes().run().keySet()));
            }
        }
        return plan.probes().run().values().stream()
                .filter(p -> names.isEmpty() || names.contains(p.name()))
                .toList();
    }

    private static void print(ProbeResult result, PrintWriter out) {
        out.println(result.outcome() + " " + result.probe() + " on "
                + result.track().word() + ": " + Units.count(result.requests(), "request") + " in "
                + Units.print(Duration.ofMillis(result.tookMillis()))
                + (result.findings().isEmpty() ? ", " + result.says() : ""));
        for (ProbeFinding finding : result.findings()) {
            out.println("    " + finding.outcome().name().toLowerCase(Locale.ROOT) + " " + finding.what() + ": "
                    + finding.says());
        }
    }

    /** A probe that failed goes before one that is undecided. */
    private static int exit(List<ProbeResult> results) {
        if (results.stream().anyMatch(r -> r.outcome() == CheckOutcome.FAIL)) {
            return Exit.ROLLED_BACK;
        }
        return results.stream().allMatch(r -> r.outcome() == CheckOutcome.PASS) ? Exit.FINE : Exit.INFRASTRUCTURE;
    }
}

package io.jenkins.plugins.canary.standalone.cli;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code canary probe PLAN [NAME...]}. */
@Command(
        name = "probe",
        description = "Sends the probes of a release plan, one after the other, and reports the results.")
final class ProbeCommand extends PlanCommand {

    @Parameters(index = "1..*", paramLabel = "NAME", description = "which probes; default all")
    private List<String> names = new ArrayList<>();

    @Option(names = "--track", description = "canary or stable; default canary")
    private Track track = Track.CANARY;

    @Option(names = "--version", paramLabel = "V", description = "stands for {{version}} in addresses")
    private String version;

    @Option(names = "--json", description = "print one JSON array of results")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        CanaryPlan plan = plan();
        List<ProbeResult> results = new ArrayList<>();
        try (Prober prober = open(plan)) {
            for (Probe probe : chosen(plan)) {
                ProbeResult result = prober.run(probe, track).join();
                results.add(result);
                if (!json) {
                    print(result);
                }
            }
        }
        if (json) {
            out().println(json(results));
        }
        return exit(results);
    }

    private Prober open(CanaryPlan plan) throws Failure {
        try {
            return new Probers(LiveRuntimeServices.CLOCK)
                    .open(release(plan, "probe", version, AdvanceMode.AUTOMATIC, "canary probe"));
        } catch (MetricException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private List<Probe> chosen(CanaryPlan plan) throws Failure {
        Map<String, Probe> all = plan.probes().run();
        if (all.isEmpty()) {
            throw Failure.usage("the plan has no probes under probes.run");
        }
        for (String name : names) {
            if (!all.containsKey(name)) {
                throw Failure.usage("the plan has no probe " + name + "; it has " + String.join(", ", all.keySet()));
            }
        }
        return all.values().stream()
                .filter(p -> names.isEmpty() || names.contains(p.name()))
                .toList();
    }

    private void print(ProbeResult result) {
        out().println(result.outcome() + " " + result.probe() + " on "
                + result.track().word() + ": " + Units.count(result.requests(), "request") + " in "
                + Units.print(Duration.ofMillis(result.tookMillis()))
                + (result.findings().isEmpty() ? ", " + result.says() : ""));
        for (ProbeFinding finding : result.findings()) {
            out().println("    " + finding.outcome().name().toLowerCase(Locale.ROOT) + " " + finding.what() + ": "
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

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Preflight;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightFinding;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code canary preflight PLAN}. */
@Command(
        name = "preflight",
        description =
                "Checks the cluster before a rollout: cluster hazards, their effect, and the command that fixes each. "
                        + "Changes nothing. Exit code 1 when a rollout would be refused.")
final class PreflightCommand extends PlanCommand {

    @Option(names = "--json", description = "print the findings as a JSON array")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        CanaryPlan plan = plan();
        String owner = "canary preflight by " + USER;
        RouterContext context =
                RouterContext.of("", plan.target(), "", owner, new LocalSecrets(), LiveRuntimeServices.CLOCK);
        Optional<Preflight> preflight =
                Preflight.of(plan.environment().preflight(), plan.schedule(), plan.traffic(), context);
        if (preflight.isEmpty()) {
            throw Failure.usage("there is nothing to check: the plan's router is not in a cluster, or its"
                    + " preflight has no checks");
        }
        List<PreflightFinding> found;
        try {
            found = preflight.get().look();
        } catch (RouterException e) {
            throw Failure.infrastructure("traffic." + plan.traffic().driver() + ": " + e.getMessage());
        }
        long errors = found.stream().filter(PreflightFinding::isError).count();
        if (json) {
            out().println(json(found));
        } else {
            found.forEach(this::print);
            String sum = found.size() + " found, " + errors + " of them stop a rollout";
            out().println(found.isEmpty() ? "nothing found" : sum);
        }
        return errors > 0 ? Exit.ROLLED_BACK : Exit.FINE;
    }

    private void print(PreflightFinding finding) {
        String severity = finding.severity().name().toLowerCase(Locale.ROOT);
        out().println(severity + "  " + finding.check() + ": " + finding.object() + " " + finding.what());
        out().println("    why: " + finding.why());
        if (finding.remedy().contains("\n")) {
            // Not indented: the end of a here-document stands at the beginning of a line.
            out().println("    do:");
            out().println(finding.remedy());
        } else if (!finding.remedy().isEmpty()) {
            out().println("    do:  " + finding.remedy());
        }
    }
}

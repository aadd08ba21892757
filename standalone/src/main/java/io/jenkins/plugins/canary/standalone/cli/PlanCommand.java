package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** A command about one plan. */
abstract class PlanCommand extends CliCommand {

    @Parameters(index = "0", paramLabel = "PLAN", description = "the plan, YAML or JSON")
    Path file;

    final CanaryPlan plan() throws Failure {
        return plan(file);
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The policies that a plan is held against. */
final class PolicyOptions {

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "what every plan must have, and its limits; may be given several times")
    private List<Path> files = new ArrayList<>();

    List<PlanFile> policies() throws Failure {
        List<PlanFile> policies = new ArrayList<>();
        for (Path file : files) {
            policies.add(new PlanFile("policy " + file, CliCommand.read(file, 1, "a policy")));
        }
        return policies;
    }
}

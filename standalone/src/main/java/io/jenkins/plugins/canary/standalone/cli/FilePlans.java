package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.resolve.BasePlans;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Plans beside the plan, on this machine.
 *
 * @param plan the file that extends them
 */
record FilePlans(Path plan) implements BasePlans {

    @Override
    public PlanFile find(String name, String by) throws IOException {
        if (name.startsWith("jenkins:") || name.startsWith("library:")) {
            throw new IOException("it is a plan of Jenkins: name a file here");
        }
        try {
            Path file = (by.isEmpty() ? plan : Path.of(by)).resolveSibling(name).normalize();
            return new PlanFile(file.toString(), CliCommand.planText(file));
        } catch (Failure | InvalidPathException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaConfig;
import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaPlan;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code canary kayenta FILE}. */
@Command(
        name = "kayenta",
        description = "Prints a Kayenta canary configuration as the metrics, score and gate of a plan; prints on "
                + "the error output what it could not convert.")
final class KayentaCommand extends CliCommand {

    private static final int LARGEST = 4;

    @Parameters(paramLabel = "FILE", description = "the configuration, JSON")
    private Path file;

    @Override
    public Integer call() throws Failure {
        KayentaPlan plan;
        try {
            plan = KayentaPlan.of(KayentaConfig.read(read(file, LARGEST, "a Kayenta configuration")));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(file + ": " + e.getMessage());
        }
        out().print(plan.yaml());
        out().flush();
        plan.notCarried().forEach(line -> err().println("not carried over: " + line));
        return Exit.FINE;
    }
}

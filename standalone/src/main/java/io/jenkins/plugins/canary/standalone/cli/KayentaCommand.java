package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaConfig;
import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaPlan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary kayenta FILE}. */
@Command(
        name = "kayenta",
        description = "Prints a Kayenta canary configuration as the metrics, score and gate of a plan; prints on "
                + "the error output what it could not convert.")
final class KayentaCommand implements Callable<Integer> {

    private static final int LARGEST = 4;

    @Parameters(paramLabel = "FILE", description = "the configuration, JSON")
    private Path file;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Failure {
        KayentaPlan plan;
        try {
            plan = KayentaPlan.of(KayentaConfig.read(TextFile.read(file, LARGEST, "a Kayenta configuration")));
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, file + ": " + e.getMessage());
        }
        spec.commandLine().getOut().print(plan.yaml());
        spec.commandLine().getOut().flush();
        PrintWriter err = spec.commandLine().getErr();
        plan.notCarried().forEach(line -> err.println("not carried over: " + line));
        return Exit.FINE;
    }
}

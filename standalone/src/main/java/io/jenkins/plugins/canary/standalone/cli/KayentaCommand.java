package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaConfig;
import io.jenkins.plugins.canary.engine.plan.kayenta.KayentaPlan;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code canary kayenta FILE}. */
@Command(
        name = "kayenta",
        description =
                "Prints a Kayenta canary configuration as the metrics, score and gate of a plan; prints on the error"
                        + " output what is left to do and what it could not carry over. Exit code 1 when a metric is missing, a"
                        + " placeholder is left to fill in, or there is no gate at all.")
final class KayentaCommand extends CliCommand {

    private static final int LARGEST = 4;

    @Parameters(paramLabel = "FILE", description = "the configuration, or a request to Kayenta that has one, JSON")
    private Path file;

    @Option(
            names = "--arg",
            paramLabel = "NAME=VALUE",
            description =
                    "value of a placeholder such as ${scope}; {{track}}, {{version}}, {{target}} and {{namespace}}"
                            + " of the plan may stand in it, and {{labels}} alone takes the place of the label matcher around"
                            + " the placeholder; may be given several times")
    private Map<String, String> args = new LinkedHashMap<>();

    @Option(
            names = "--server",
            paramLabel = "TYPE=URL",
            description = "address of a graphite or influxdb server, whose metrics are then read as JSON")
    private Map<String, String> servers = new LinkedHashMap<>();

    @Override
    public Integer call() throws Failure {
        KayentaPlan plan;
        try {
            plan = KayentaPlan.of(KayentaConfig.read(
                    read(file, LARGEST, "a Kayenta configuration"), new KayentaConfig.Options(args, servers)));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(file + ": " + e.getMessage());
        }
        out().print(plan.yaml());
        out().flush();
        plan.toDo().forEach(line -> err().println("to do: " + line));
        plan.notCarried().forEach(line -> err().println("not carried over: " + line));
        return plan.complete() ? Exit.FINE : Exit.ROLLED_BACK;
    }
}

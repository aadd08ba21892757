package io.jenkins.plugins.canary.standalone.cli;

import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. People start it through the {@code canary} script. */
@Command(
        name = "canary",
        description =
                "Releases a new version step by step, watches its metrics, and rolls back automatically when they degrade.",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            TrafficCommand.class,
            PreflightCommand.class,
            ProbeCommand.class,
            CheckCommand.class,
            JudgeCommand.class,
            BacktestCommand.class,
            WeightCommand.class,
            ReportCommand.class,
            VerifyCommand.class,
            DashboardsCommand.class,
            RoiCommand.class,
            KayentaCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "canary-release 1.0")
public final class Main {

    // Held, because loggers that nobody holds are forgotten together with their level.
    private static final Logger LIBRARIES = Logger.getLogger("");

    private Main() {}

    /** Ends the process with one of {@link Exit}'s codes. */
    public static void main(String[] args) {
        // What a library warns of is one line; its stack traces are nothing for a person at a terminal.
        System.setProperty("java.util.logging.SimpleFormatter.format", "canary: %5$s%n");
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        LIBRARIES.setLevel(Level.WARNING);
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    // A failure says what happened; anything else is a fault of ours, and its type helps us find it.
                    String what = e instanceof Failure ? e.getMessage() : e.toString();
                    command.getErr().println("canary: " + what);
                    if (command.getCommand() instanceof RolloutCommand rollout && rollout.json()) {
                        command.getOut().println(Result.failed(what).json());
                    }
                    return e instanceof Failure f ? f.exit() : Exit.INFRASTRUCTURE;
                })
                .execute(args);
    }
}

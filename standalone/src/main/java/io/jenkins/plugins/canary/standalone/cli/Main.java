package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.report.backtest.TimeArgument;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine.LaunchException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The command line. People start it through the {@code canary} script. */
@Command(
        name = "canary",
        description =
                "Releases a new version step by step, watches its metrics, and rolls back automatically when they degrade.",
        subcommands = {
            DemoCommand.class,
            InitCommand.class,
            RunCommand.class,
            TrafficCommand.class,
            PreflightCommand.class,
            ProbeCommand.class,
            CheckCommand.class,
            JudgeCommand.class,
            BacktestCommand.class,
            WeightCommand.class,
            EvidenceCommand.ReportCommand.class,
            EvidenceCommand.VerifyCommand.class,
            DashboardsCommand.class,
            RoiCommand.class,
            KayentaCommand.class
        },
        mixinStandardHelpOptions = true,
        version = "canary-release 1.0")
public final class Main {

    // Held, because loggers that nobody holds are forgotten together with their level.
    private static final Logger LIBRARIES = Logger.getLogger("");
    private static final Logger OWN = Logger.getLogger("io.jenkins.plugins.canary");

    private Main() {}

    /** Ends the process with one of {@link Exit}'s codes. */
    public static void main(String[] args) {
        // What is logged is one line; stack traces are nothing for a person at a terminal.
        System.setProperty("java.util.logging.SimpleFormatter.format", "canary: %5$s%n");
        System.exit(run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    static int run(PrintWriter out, PrintWriter err, String... args) {
        // What a library warns of is for its developers: whatever it means for a person, a command says itself.
        LIBRARIES.setLevel(Level.SEVERE);
        OWN.setLevel(Level.WARNING);
        return commandLine()
                .setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    String what = isForPeople(e) ? e.getMessage() : e.toString();
                    command.getErr().println("canary: " + what);
                    if (command.getCommand() instanceof RolloutCommand rollout && rollout.json) {
                        command.getOut().println(CliCommand.json(Result.failed(what)));
                    }
                    return e instanceof Failure f ? f.exit() : Exit.INFRASTRUCTURE;
                })
                .execute(args);
    }

    /** The commands, which read durations, times and names as plans do. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, orMessage(Main::duration))
                .registerConverter(Instant.class, orMessage(Main::time))
                .registerConverter(Judge.Test.class, orMessage(Judge.Test::of));
    }

    /** Any other exception is a fault of ours, and its type helps us find it. */
    private static boolean isForPeople(Exception e) {
        return e instanceof Failure
                || e instanceof JournalException
                || e instanceof LaunchException
                || e instanceof MetricException;
    }

    private static Duration duration(String text) {
        Duration duration = Units.duration(text);
        if (duration == null) {
            throw new IllegalArgumentException("'" + text + "' is not a duration: write 90s, 5m or 1h30m");
        }
        return duration;
    }

    private static Instant time(String text) {
        return TimeArgument.parse(text, LiveRuntimeServices.CLOCK.instant());
    }

    /** An option whose text is refused by a message for people. */
    private static <T> ITypeConverter<T> orMessage(ITypeConverter<T> parser) {
        return text -> {
            try {
                return parser.convert(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}

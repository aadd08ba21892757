package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.CountTest;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Judge;
import io.jenkins.plugins.canary.engine.judge.Judgment;
import io.jenkins.plugins.canary.engine.judge.Samples;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code canary judge --control FILE --experiment FILE}. */
@Command(
        name = "judge",
        description = "Compares two recorded series as the gates do.",
        footer = {"", "Exit codes: 0 PASS, 1 HIGH or LOW, 2 unusable files or options, 3 NODATA."})
final class JudgeCommand extends CliCommand {

    /** In MiB; a year of minutes is a few. */
    private static final int LARGEST = 64;

    @Option(
            names = "--control",
            required = true,
            paramLabel = "FILE",
            description = "the stable version: one number a line, or CSV with a column 'value'; "
                    + "for counts rows of 'failures,total'")
    private Path control;

    @Option(names = "--experiment", required = true, paramLabel = "FILE", description = "the canary, in the same form")
    private Path experiment;

    @Option(
            names = "--test",
            defaultValue = "mannWhitney",
            paramLabel = "TEST",
            description = "mannWhitney (continuous values), counts (all rows added up) or sequential (a row a tick); "
                    + "default ${DEFAULT-VALUE}")
    private Judge.Test test;

    @Option(
            names = "--direction",
            defaultValue = "either",
            paramLabel = "D",
            description = "which direction is harmful: increase, decrease or either; default ${DEFAULT-VALUE}")
    private Direction direction;

    @Option(
            names = "--tolerance",
            defaultValue = "0.25",
            paramLabel = "T",
            description =
                    "largest difference that is harmless, as a share of stable; for counts of the odds; default ${DEFAULT-VALUE}")
    private double tolerance;

    @Option(
            names = "--confidence",
            defaultValue = "0.98",
            paramLabel = "C",
            description = "confidence level of the interval, above 0.5 and below 1; default ${DEFAULT-VALUE}")
    private double confidence;

    @Option(
            names = "--floor",
            defaultValue = "" + CountTest.DEFAULT_FLOOR,
            paramLabel = "F",
            description = "for counts: error rates up to this are harmless; default ${DEFAULT-VALUE}")
    private double floor;

    @Option(
            names = "--json",
            description = "print one JSON object: verdict, estimate, interval, pValue, effect, n, "
                    + "explanation, detectable")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Judgment judgment;
        try {
            Judge judge = new Judge(test, new Comparison(direction, tolerance, confidence, Unit.COUNT), floor);
            judgment = judge.judge(samples(control), samples(experiment));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
        out().println(json ? json(judgment) : judgment.verdict() + ": " + judgment.explanation());
        return switch (judgment.verdict()) {
            case PASS -> Exit.FINE;
            case HIGH, LOW -> Exit.ROLLED_BACK;
            case NODATA -> Exit.INFRASTRUCTURE;
        };
    }

    private static Samples samples(Path file) throws Failure {
        return Samples.of(read(file, LARGEST, "a file of measurements"), file.toString());
    }
}

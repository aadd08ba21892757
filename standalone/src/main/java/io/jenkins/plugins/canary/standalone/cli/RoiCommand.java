package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.engine.report.cost.CostModel;
import io.jenkins.plugins.canary.engine.report.cost.CostText;
import io.jenkins.plugins.canary.engine.report.cost.RolloutHistory;
import io.jenkins.plugins.canary.engine.report.cost.Strategy;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code canary roi}. */
@Command(
        name = "roi",
        description = "Computes what releases cost per month: fixed weights compared with dynamic weights, "
                + "from given figures and from your own rollouts. docs/cost.md lists the limits of this model.")
final class RoiCommand extends CliCommand {

    private static final int MOST_JOURNALS = 10_000;

    @Option(names = "--deployments", paramLabel = "N", description = "a month; default 120")
    private Double deployments;

    @Option(names = "--incident-cost", paramLabel = "M", description = "per rollback; default 2100")
    private Double incident;

    @Option(names = "--oncall-rate", paramLabel = "M", description = "an hour; default 85")
    private Double oncall;

    @Option(names = "--cloud-spend", paramLabel = "M", description = "a month; default 45000")
    private Double cloud;

    @Option(
            names = "--waste",
            paramLabel = "S",
            description = "share of it for spare machines, where weights are fixed; default 0.18")
    private Double waste;

    @Option(
            names = "--right-sizing",
            paramLabel = "S",
            description = "share of it that dynamic weights save; default 0.12")
    private Double rightSizing;

    @Option(names = "--static-rollback-rate", paramLabel = "S", description = "share of deployments; default 0.23")
    private Double staticRollbacks;

    @Option(names = "--static-restore-minutes", paramLabel = "T", description = "default 8.4")
    private Double staticRestore;

    @Option(names = "--static-false-stops", paramLabel = "S", description = "share of deployments; default 0.31")
    private Double staticFalseStops;

    @Option(names = "--dynamic-rollback-rate", paramLabel = "S", description = "share of deployments; default 0.025")
    private Double dynamicRollbacks;

    @Option(names = "--dynamic-restore-minutes", paramLabel = "T", description = "default 1.2")
    private Double dynamicRestore;

    @Option(names = "--dynamic-false-stops", paramLabel = "S", description = "share of deployments; default 0.04")
    private Double dynamicFalseStops;

    @Option(
            names = "--history",
            paramLabel = "DIR",
            description =
                    "a folder with your journals, at any depth: deployments per month, rollback rate, time to restore and false "
                            + "stops come from these rollouts, except options given here")
    private Path history;

    @Option(names = "--json", description = "print one JSON object: inputs, comparison, history")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        RolloutHistory past = history == null ? null : RolloutHistory.of(journals());
        CostModel used = given(past == null ? CostModel.DEFAULT : past.into(CostModel.DEFAULT));
        if (past != null && past.deployments() == 0) {
            err().println("canary: no rollout in " + history + " was promoted or rolled back: using the defaults");
        }
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("inputs", used);
            answer.put("comparison", used.compare());
            if (past != null) {
                answer.put("history", past);
            }
            out().println(json(answer));
            return Exit.FINE;
        }
        CostText.sums(used).forEach(out()::println);
        out().printf("%n%-24s %16s %16s%n", "a month", "fixed weights", "dynamic weight");
        CostText.rows(used).forEach(r -> out().printf("%-24s %16s %16s%n", r.what(), r.fixed(), r.dynamic()));
        out().println("where this misleads:");
        CostText.caveats(used).forEach(line -> out().println("  " + line));
        out().println("  docs/cost.md has the whole model");
        out().println("assumed:");
        CostText.assumptions(used).forEach(line -> out().println("  " + line));
        if (past != null) {
            out().println("your rollouts:");
            CostText.history(past).forEach(line -> out().println("  " + line));
        }
        return Exit.FINE;
    }

    /** What was typed stands, whatever the history or the model itself says. */
    private CostModel given(CostModel m) throws Failure {
        try {
            return new CostModel(
                    or(deployments, m.deployments()),
                    or(incident, m.incidentCost()),
                    or(oncall, m.oncallHourly()),
                    or(cloud, m.cloudMonthly()),
                    or(waste, m.wasteShare()),
                    or(rightSizing, m.rightSizingShare()),
                    new Strategy(
                            or(staticRollbacks, m.fixed().rollbackRate()),
                            or(staticRestore, m.fixed().restoreMinutes()),
                            or(staticFalseStops, m.fixed().falseStopRate())),
                    new Strategy(
                            or(dynamicRollbacks, m.dynamic().rollbackRate()),
                            or(dynamicRestore, m.dynamic().restoreMinutes()),
                            or(dynamicFalseStops, m.dynamic().falseStopRate())));
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
    }

    private static double or(Double typed, double otherwise) {
        return typed == null ? otherwise : typed;
    }

    /** Journals that cannot be read are named and left out: one of them must not hide all others. */
    private List<PastRollout> journals() throws Failure {
        List<PastRollout> past = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(history)) {
            files = all.filter(f -> f.toString().endsWith(".jsonl"))
                    .sorted()
                    .limit(MOST_JOURNALS)
                    .toList();
        } catch (NoSuchFileException e) {
            throw Failure.usage(history + " cannot be read: there is no such folder");
        } catch (IOException | java.io.UncheckedIOException e) {
            throw Failure.usage(history + " cannot be read: " + e.getMessage());
        }
        for (Path file : files) {
            try {
                PastRollout.read(file).ifPresent(past::add);
            } catch (JournalException e) {
                err().println("canary: left out: " + e.getMessage());
            }
        }
        return past;
    }
}

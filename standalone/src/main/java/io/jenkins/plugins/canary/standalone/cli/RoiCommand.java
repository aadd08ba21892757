package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.cost.CostModel;
import io.jenkins.plugins.canary.engine.cost.CostText;
import io.jenkins.plugins.canary.engine.cost.PastRollout;
import io.jenkins.plugins.canary.engine.cost.RolloutHistory;
import io.jenkins.plugins.canary.engine.cost.Strategy;
import io.jenkins.plugins.canary.engine.rollout.JournalException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code canary roi}. */
@Command(name = "roi", mixinStandardHelpOptions = true,
        description = "What releasing costs in a month: fixed weights against a weight that follows the canary's health, "
                + "from given figures and from your own rollouts. docs/cost.md says where such sums mislead.")
final class RoiCommand implements Callable<Integer> {

    private static final int MOST_JOURNALS = 10_000;

    @Option(names = "--deployments", defaultValue = "120", paramLabel = "N", description = "a month; default ${DEFAULT-VALUE}")
    private double deployments;

    @Option(names = "--incident-cost", defaultValue = "2100", paramLabel = "M",
            description = "of every rollback; default ${DEFAULT-VALUE}")
    private double incident;

    @Option(names = "--oncall-rate", defaultValue = "85", paramLabel = "M", description = "an hour; default ${DEFAULT-VALUE}")
    private double oncall;

    @Option(names = "--cloud-spend", defaultValue = "45000", paramLabel = "M", description = "a month; default ${DEFAULT-VALUE}")
    private double cloud;

    @Option(names = "--waste", defaultValue = "0.18", paramLabel = "S",
            description = "share of it for spare machines, where weights are fixed; default ${DEFAULT-VALUE}")
    private double waste;

    @Option(names = "--right-sizing", defaultValue = "0.12", paramLabel = "S",
            description = "share of it that dynamic weights save; default ${DEFAULT-VALUE}")
    private double rightSizing;

    @Option(names = "--static-rollback-rate", defaultValue = "0.23", paramLabel = "S",
            description = "share of deployments; default ${DEFAULT-VALUE}")
    private double staticRollbacks;

    @Option(names = "--static-restore-minutes", defaultValue = "8.4", paramLabel = "T", description = "default ${DEFAULT-VALUE}")
    private double staticRestore;

    @Option(names = "--static-false-stops", defaultValue = "0.31", paramLabel = "S",
            description = "share of deployments; default ${DEFAULT-VALUE}")
    private double staticFalseStops;

    @Option(names = "--dynamic-rollback-rate", defaultValue = "0.025", paramLabel = "S",
            description = "share of deployments; default ${DEFAULT-VALUE}")
    private double dynamicRollbacks;

    @Option(names = "--dynamic-restore-minutes", defaultValue = "1.2", paramLabel = "T", description = "default ${DEFAULT-VALUE}")
    private double dynamicRestore;

    @Option(names = "--dynamic-false-stops", defaultValue = "0.04", paramLabel = "S",
            description = "share of deployments; default ${DEFAULT-VALUE}")
    private double dynamicFalseStops;

    @Option(names = "--history", paramLabel = "DIR",
            description = "your journals, at any depth below: deployments a month, rollback rate, time to restore and false "
                    + "stops are then those of your own rollouts")
    private Path history;

    @Option(names = "--json", description = "print one JSON object: inputs, comparison, history")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        CostModel model;
        try {
            model = new CostModel(deployments, incident, oncall, cloud, waste, rightSizing,
                    new Strategy(staticRollbacks, staticRestore, staticFalseStops),
                    new Strategy(dynamicRollbacks, dynamicRestore, dynamicFalseStops));
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, e.getMessage());
        }
        RolloutHistory past = history == null ? null : RolloutHistory.of(journals());
        CostModel used = past == null ? model : past.into(model);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("inputs", used);
            answer.put("comparison", used.compare());
            if (past != null) {
                answer.put("history", past);
            }
            out.println(new ObjectMapper().writeValueAsString(answer));
            return Exit.FINE;
        }
        out.printf("%-24s %16s %16s%n", "a month", "fixed weights", "dynamic weight");
        CostText.rows(used).forEach(r -> out.printf("%-24s %16s %16s%n", r.what(), r.fixed(), r.dynamic()));
        CostText.sums(used).forEach(out::println);
        out.println("assumed:");
        CostText.assumptions(used).forEach(line -> out.println("  " + line));
        if (past != null) {
            out.println("your rollouts:");
            CostText.history(past).forEach(line -> out.println("  " + line));
        }
        return Exit.FINE;
    }

    /** Journals that cannot be read are named and left out: one of them must not hide all others. */
    private List<PastRollout> journals() throws Failure {
        List<PastRollout> past = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> all = Files.walk(history)) {
            files = all.filter(f -> f.toString().endsWith(".jsonl")).sorted().limit(MOST_JOURNALS).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new Failure(Exit.USAGE, history + " cannot be read: " + e.getMessage());
        }
        for (Path file : files) {
            try {
                PastRollout.read(file).ifPresent(past::add);
            } catch (JournalException e) {
                spec.commandLine().getErr().println("canary: left out: " + e.getMessage());
            }
        }
        return past;
    }
}

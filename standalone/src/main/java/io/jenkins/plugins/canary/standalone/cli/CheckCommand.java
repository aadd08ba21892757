package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanResolver;
import io.jenkins.plugins.canary.engine.rollout.CalendarCheck;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code canary check PLAN}. */
@Command(name = "check", description = "Checks a release plan: what is wrong, where, and what to write instead.")
final class CheckCommand extends PlanCommand {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Found(
            boolean ok,
            int errors,
            int warnings,
            List<Problem> problems,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<PolicyAddition> policies,
            String windows,
            String runRefuses,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> dryRuns,
            List<PowerAnalysis.Line> detectability) {}

    @Mixin
    private ServiceOptions service;

    @Mixin
    private PolicyOptions policy;

    @Option(
            names = "--json",
            description = "print one JSON object: ok, errors, warnings, problems, policies, windows, runRefuses,"
                    + " dryRuns, detectability")
    private boolean json;

    @Option(
            names = "--resolved",
            description = "print the plan that runs, with what it extends, its parameters and what policies add;"
                    + " problems go to standard error")
    private boolean resolved;

    @Override
    public Integer call() throws Exception {
        PlanReader.Result read = new PlanResolver(new FilePlans(file), policy.policies()).check(planText(file));
        List<Problem> problems = new ArrayList<>(read.problems());
        List<PolicyAddition> added =
                read.plan() == null ? List.of() : read.plan().policies();
        boolean power = service.given() && read.plan() != null;
        List<PowerAnalysis.Line> lines =
                power ? service.powerAnalysis(read.plan()).of(read.plan()) : null;
        String windows = null;
        String refused = null;
        if (read.plan() != null) {
            CalendarCheck calendars = CalendarCheck.of(
                    read.plan().windows(), new LocalSecrets(), AddressPolicy.UNRESTRICTED, LiveRuntimeServices.CLOCK);
            calendars.troubles().forEach(t -> problems.add(Problem.outside("windows.calendar", t)));
            windows = calendars.words(LiveRuntimeServices.CLOCK.millis());
            refused = RunCommand.unapprovable(read.plan());
        }
        List<String> dryRuns = read.plan() == null ? List.of() : read.plan().dryRuns();
        int errors = (int) problems.stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .count();
        int warnings = problems.size() - errors;
        if (json) {
            out().println(json(
                    new Found(errors == 0, errors, warnings, problems, added, windows, refused, dryRuns, lines)));
        } else if (resolved) {
            problems.forEach(p -> err().println(p.in(file.toString())));
            out().print(read.plan() == null ? "" : read.plan().text());
        } else {
            problems.forEach(p -> out().println(p.in(file.toString())));
            added.forEach(a -> out().println(file + ": " + a.words()));
            if (lines != null) {
                PowerTable.of(lines).forEach(out()::println);
            }
            dryRuns.forEach(label -> out().println("decides nothing: " + label));
            if (windows != null) {
                out().println(windows);
            }
            if (refused != null) {
                out().println("canary run refuses this plan: " + refused);
            }
            out().println(file + ": " + Units.count(errors, "error") + ", " + Units.count(warnings, "warning"));
        }
        return errors == 0 ? Exit.FINE : Exit.USAGE;
    }

    /**
     * What the phases of a plan can detect, as a table for a terminal: a row a criterion, the remedies below. Rows with the same
     * problem and remedy share one number.
     */
    static final class PowerTable {

        private static final List<String> HEAD =
                List.of("phase", "criterion", "requests", "smallest harm seen (95%)", "good releases stopped", "");
        private static final String GAP = "  ";
        /** The column of numbers, which end at the right. */
        private static final int RIGHT = 2;

        private PowerTable() {}

        /** The lines to print. */
        static List<String> of(List<PowerAnalysis.Line> criteria) {
            Map<String, Set<String>> remedies = new LinkedHashMap<>();
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEAD);
            for (PowerAnalysis.Line line : criteria) {
                PowerAnalysis.Cells cells = line.cells();
                String mark = "";
                if (cells.problem() != null) {
                    String remedy = cells.problem() + ": " + cells.remedy();
                    remedies.computeIfAbsent(remedy, r -> new LinkedHashSet<>()).add(line.phase());
                    mark = "[" + (List.copyOf(remedies.keySet()).indexOf(remedy) + 1) + "]";
                }
                rows.add(List.of(
                        cells.phase(),
                        line.criterion().isEmpty() ? "-" : line.criterion(),
                        Long.toString(cells.requests()),
                        cells.harm() == null ? "none" : cells.harm(),
                        share(line),
                        mark));
            }
            List<String> lines = new ArrayList<>(table(rows));
            if (!remedies.isEmpty()) {
                lines.add("");
                lines.add("remedies:");
                int number = 1;
                for (Map.Entry<String, Set<String>> remedy : remedies.entrySet()) {
                    lines.add(GAP + "[" + number++ + "] " + String.join(", ", remedy.getValue()) + ": "
                            + remedy.getKey());
                }
            }
            lines.add("");
            return lines;
        }

        private static String share(PowerAnalysis.Line line) {
            if (line.criterion().isEmpty()) {
                return "-";
            }
            return line.falseStops() < 1e-4 ? "< 0.01%" : Units.print(line.falseStops(), Unit.RATIO);
        }

        private static List<String> table(List<List<String>> rows) {
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < HEAD.size() - 1; i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElseThrow();
                cells.add(i == RIGHT ? "%" + width + "s" : "%-" + width + "s");
            }
            String line = String.join(GAP, cells) + GAP + "%s";
            return rows.stream()
                    .map(row -> line.formatted(row.toArray()).stripTrailing())
                    .toList();
        }
    }
}

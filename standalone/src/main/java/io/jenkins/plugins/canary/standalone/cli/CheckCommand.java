package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.plan.power.PowerAnalysis;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code canary check PLAN}. */
// Not the standard help options: --version is the release's here.
@Command(name = "check", description = "Checks a release plan: what is wrong, where, and what to write instead.")
final class CheckCommand implements Callable<Integer> {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Found(
            boolean ok, int errors, int warnings, List<Problem> problems, List<PowerAnalysis.Line> detectability) {}

    @Parameters(paramLabel = "PLAN", description = "the plan, YAML or JSON")
    private Path file;

    @Mixin
    private ServiceOptions service;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    @Option(names = "--json", description = "print one JSON object: ok, errors, warnings, problems, detectability")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PlanReader.Result read = PlanReader.check(PlanFile.text(file));
        List<Problem> problems = read.problems();
        List<PowerAnalysis.Line> lines = service.given() && read.plan() != null
                ? service.powerAnalysis(read.plan()).of(read.plan())
                : null;
        int errors = (int) problems.stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .count();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper()
                    .writeValueAsString(new Found(errors == 0, errors, problems.size() - errors, problems, lines)));
        } else {
            problems.forEach(p -> out.println(file + ":" + p));
            if (lines != null) {
                PowerTable.of(lines).forEach(out::println);
            }
            out.println(file + ": " + count(errors, "error") + ", " + count(problems.size() - errors, "warning"));
        }
        return errors == 0 ? Exit.FINE : Exit.USAGE;
    }

    private static String count(int n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
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
            List<String> lines = table(rows);
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
            int[] widths = new int[HEAD.size()];
            rows.forEach(row -> {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            });
            List<String> lines = new ArrayList<>();
            for (List<String> row : rows) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < widths.length; i++) {
                    String pad = " ".repeat(widths[i] - row.get(i).length());
                    line.append(i == 0 ? "" : GAP).append(i == RIGHT ? pad + row.get(i) : row.get(i) + pad);
                }
                lines.add(line.toString().stripTrailing());
            }
            return lines;
        }
    }
}

package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The methods on releases that somebody else recorded: {@code ./canary bench decisions --data FOLDER [SEED [SPREAD]]}. The
 * folder holds CSV files as {@link RecordedMinute} says; {@code SPREAD} is the log-scale deviation of durations of which one
 * statistic was recorded (0.7). Prints a Markdown table, one row a label and one for the placebo: how many each method
 * stops, how soon, and by which rule. The methods are set as people usually set them.
 */
public final class RecordedDecisions {

    private static final int SOON = 3;
    private static final double SPREAD = 0.7;

    private final List<Method> methods;
    private final Map<String, List<List<Optional<Stop>>>> stops = new TreeMap<>();

    public static void main(String[] args) throws Exception {
        if (args.length == 0 || !Files.isDirectory(Path.of(args[0]))) {
            System.err.println("decisions: --data needs a folder of CSV files; docs/decisions.md has their format");
            System.exit(2);
        }
        long seed = args.length < 2 ? 1 : Long.parseLong(args[1]);
        double spread = args.length < 3 ? SPREAD : Double.parseDouble(args[2]);
        RecordedDecisions decisions = new RecordedDecisions(Decisions.methods());
        try {
            for (RecordedRelease release : RecordedRelease.read(Path.of(args[0]), spread)) {
                Stream.concat(Stream.of(release).filter(RecordedRelease::compares), release.placebo().stream())
                        .forEach(r -> decisions.judge(r, seed));
            }
        } catch (IOException e) {
            System.err.println("decisions: cannot read the recorded releases: " + e.getMessage());
            System.exit(2);
        }
        decisions.print();
    }

    private RecordedDecisions(List<Method> methods) {
        this.methods = methods;
    }

    private void judge(RecordedRelease release, long seed) {
        Trace trace = release.trace(31 * seed + release.name().hashCode());
        List<Optional<Stop>> found = new ArrayList<>();
        for (Method method : methods) {
            found.add(method.stop(trace));
        }
        found.get(found.size() - 1).ifPresent(stop -> log(release, stop));
        stops.computeIfAbsent(release.label(), l -> new ArrayList<>()).add(found);
    }

    private static void log(RecordedRelease release, Stop stop) {
        System.err.printf(
                Locale.ROOT,
                "decisions: %s (%s): minute %.1f, %s%n",
                release.name(),
                release.label(),
                stop.minutes(),
                stop.rule());
    }

    private void print() {
        System.out.println("| releases | "
                + methods.stream().map(Method::name).collect(Collectors.joining(" | ")) + " |\n| --- |"
                + " --- |".repeat(methods.size()));
        stops.forEach((label, releases) -> {
            StringBuilder row = new StringBuilder("| " + releases.size() + " " + label + " |");
            for (int m = 0; m < methods.size(); m++) {
                int method = m;
                row.append(' ')
                        .append(cell(
                                releases.stream()
                                        .flatMap(r -> r.get(method).stream())
                                        .toList(),
                                releases.size()))
                        .append(" |");
            }
            System.out.println(row);
        });
    }

    private static String cell(List<Stop> stops, int of) {
        String share = stops.size() + " = " + Cell.share(stops.size(), of, 0);
        if (stops.isEmpty()) {
            return share;
        }
        String rules = stops.stream()
                .collect(Collectors.groupingBy(Stop::rule, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s, %d in %d min, mean %.1f min; %s",
                share,
                stops.stream().filter(s -> s.minutes() <= SOON).count(),
                SOON,
                stops.stream().mapToDouble(Stop::minutes).average().orElseThrow(),
                rules);
    }
}

package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.metric.MetricQuery;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.report.backtest.Recording;
import io.jenkins.plugins.canary.engine.rollout.PolicySimulator;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The default rules with services that are unkind to them: {@code ./canary bench unkind [RELEASES] [SERIES] [ROWS]}. Prints a
 * Markdown table: how many good releases are stopped and by which rule, how many bad ones are missed, and after how long the
 * others are stopped. The rules were worked on with series 1.
 */
final class Unkind {

    private static final long SERIES = 100_000_000;

    /** @param tick at which it was stopped; -1 when it was not */
    private record Outcome(int tick, int effectAt, String rule) {}

    private Unkind() {}

    public static void main(String[] args) throws PlanException {
        int releases = args.length == 0 ? 300 : Integer.parseInt(args[0]);
        long series = args.length < 2 ? 2 : Long.parseLong(args[1]);
        String which = args.length < 3 ? "" : args[2];
        print(releases, series, which);
    }

    /** @param which rows in whose name this regular expression is found */
    static void print(int releases, long series, String which) throws PlanException {
        System.out.println("| release | stopped | wanted | on average after | by |\n| --- | --- | --- | --- | --- |");
        List<UnkindRows.Row> rows = UnkindRows.all();
        for (int i = 0; i < rows.size(); i++) {
            if (Pattern.compile(which).matcher(rows.get(i).name()).find()) {
                System.out.println(row(rows.get(i), releases, series * SERIES + i * 100_000L));
            }
        }
    }

    private static String row(UnkindRows.Row row, int releases, long seed) throws PlanException {
        CanaryPlan plan = plan(row.service());
        List<Outcome> outcomes = IntStream.range(0, releases)
                .parallel()
                .mapToObj(i -> judged(plan, new ServiceTrace(row.service(), seed + i)))
                .toList();
        List<Outcome> stopped = outcomes.stream().filter(o -> o.tick() >= 0).toList();
        Map<String, Long> rules = stopped.stream()
                .map(Outcome::rule)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        String by = rules.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
        double[] minutes = stopped.stream()
                .filter(o -> o.tick() >= o.effectAt())
                .mapToDouble(o -> (o.tick() - o.effectAt() + 1) * ServiceTrace.STEP.toSeconds() / 60.0)
                .sorted()
                .toArray();
        String after = !row.bad() || minutes.length == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.1f min (90%% in %.1f)",
                        Arrays.stream(minutes).average().orElseThrow(),
                        minutes[(int) (0.9 * (minutes.length - 1))]);
        String wanted = row.bad()
                ? String.format(Locale.ROOT, "in %.1f min", row.wanted())
                : String.format(Locale.ROOT, "<= %.1f%%", 100 * row.wanted());
        return "| " + row.name() + " | " + Cell.share(stopped.size(), releases, 1) + " | " + wanted + " | " + after
                + " | " + by + " |";
    }

    private static CanaryPlan plan(Service service) throws PlanException {
        String phases = IntStream.range(0, service.phases)
                .mapToObj(i -> "  - { name: Phase " + i + ", weight: " + (i + 10) + ", hold: "
                        + service.minutes / service.phases + "m, gate: [ { metric: requests, min: 0 } ] }")
                .collect(Collectors.joining("\n"));
        return PlanReader.read("""
                name: unkind
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s, scrapeInterval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                phases:
                """ + phases + "\nabort: default\n");
    }

    private static Outcome judged(CanaryPlan plan, ServiceTrace trace) {
        Recording recording = trace.recording();
        PolicySimulator replay = new PolicySimulator(plan, recording.at(-1));
        for (int tick = 0; tick < trace.ticks(); tick++) {
            long at = recording.at(tick);
            Duration counted = replay.counted(at);
            Set<MetricQuery> asked = replay.queries(at);
            Map<MetricQuery, Reading> readings = recording.readings(tick, asked, counted);
            readings.putAll(trace.pods(tick, asked));
            if (asked.stream().anyMatch(query -> query.past() != null)) {
                readings.putAll(trace.past(asked));
            }
            replay.tick(at, readings, counted);
            if (replay.reason() != null) {
                String rule = replay.blamed().replaceAll("abort: not \\(([^,]+),.*", "$1");
                return new Outcome(tick, trace.effectAt(), rule);
            }
        }
        return new Outcome(-1, trace.effectAt(), null);
    }
}

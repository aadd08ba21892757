package io.jenkins.plugins.canary.standalone.bench.decisions;

import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Who decides best: {@code ./canary bench decisions [TRIALS] [SERIES]}. Prints two Markdown tables, and that of {@link Unkind}. In the first each
 * method is set, for the traffic at hand, so that among good releases made for this purpose it stops at least as many as
 * this plugin's default rules do: each signal at the same rank, and as strictly as that allows. In the second each is set as
 * people usually set it. Releases of another series are other releases; the methods were worked on with series 1, and the
 * tables of the documentation are of series 2.
 */
public final class Decisions {

    private static final double[] TRAFFIC = {2, 20, 200};
    private static final List<Effect> EFFECTS = List.of(
            new Effect("errors +1%", 0.01, 1, 0),
            new Effect("errors +3%", 0.03, 1, 0),
            new Effect("errors +10%", 0.1, 1, 0),
            new Effect("all requests 1.5x as slow", 0, 1.5, 0),
            new Effect("all requests 2x as slow", 0, 2, 0),
            new Effect("5% of requests 10x as slow", 0, 1, 0.05));
    private static final int GOOD_PER_BAD = 10;
    private static final double USUAL_ERRORS = 0.01;
    private static final double USUAL_P99 = 0.6;
    private static final long SERIES = 100_000_000;

    private final int trials;
    private final long series;
    private final List<Method> methods;
    private final List<String> usual = new ArrayList<>();
    private final List<String> equal = new ArrayList<>();
    private final List<String> notAhead = new ArrayList<>();

    private Decisions(int trials, long series, List<Method> methods) {
        this.trials = trials;
        this.series = series;
        this.methods = methods;
    }

    public static void main(String[] args) throws Exception {
        Decisions decisions = new Decisions(
                args.length == 0 ? 300 : Integer.parseInt(args[0]),
                args.length < 2 ? 2 : Long.parseLong(args[1]),
                methods());
        for (double traffic : TRAFFIC) {
            System.err.println("decisions: " + traffic + " requests a second ...");
            decisions.measure(traffic);
        }
        decisions.print();
        System.out.println("\nThe default rules with services that are unkind to them:\n");
        Unkind.print(decisions.trials, decisions.series, "");
    }

    /** All that are compared, this plugin's last. */
    static List<Method> methods() throws PlanException {
        return List.of(
                new Thresholds(1, USUAL_ERRORS, USUAL_P99),
                new Thresholds(3, USUAL_ERRORS, USUAL_P99),
                new Kayenta(),
                new DefaultGate());
    }

    private void print() {
        String header = "| traffic | release | "
                + String.join(" | ", methods.stream().map(Method::name).toList()) + " |\n| --- | --- |"
                + " --- |".repeat(methods.size());
        System.out.println("All set to stop as many good releases:\n\n" + header);
        equal.forEach(System.out::println);
        System.out.println("\nAs usually set:\n\n" + header);
        usual.forEach(System.out::println);
        System.out.println("\nNot shown to be ahead, of " + TRAFFIC.length * EFFECTS.size() * (methods.size() - 1)
                + " comparisons:");
        notAhead.forEach(System.out::println);
    }

    private void measure(double traffic) {
        int releases = GOOD_PER_BAD * trials;
        int ours = methods.size() - 1;
        List<Judged> made = judged(traffic, 10_000_000, releases, Effect.NONE);
        long wanted = made.get(ours).stopped(methods.get(ours).usual());
        List<double[]> settings = new ArrayList<>();
        for (int m = 0; m < methods.size(); m++) {
            settings.add(m == ours ? methods.get(m).usual() : made.get(m).stopping(wanted));
        }
        List<Judged> good = judged(traffic, 20_000_000, releases, Effect.NONE);
        row(
                usual,
                traffic,
                "good",
                IntStream.range(0, methods.size())
                        .mapToObj(m -> good(good.get(m).stopped(methods.get(m).usual()), releases))
                        .toList());
        row(
                equal,
                traffic,
                "good",
                IntStream.range(0, methods.size())
                        .mapToObj(m -> good(good.get(m).stopped(settings.get(m)), releases))
                        .toList());
        for (int e = 0; e < EFFECTS.size(); e++) {
            List<Judged> bad = judged(traffic, 30_000_000 + e * 100_000L, trials, EFFECTS.get(e));
            List<Cell> cells = IntStream.range(0, methods.size())
                    .mapToObj(m -> bad.get(m).cell(settings.get(m)))
                    .toList();
            row(
                    usual,
                    traffic,
                    EFFECTS.get(e).name(),
                    IntStream.range(0, methods.size())
                            .mapToObj(
                                    m -> bad.get(m).cell(methods.get(m).usual()).toString())
                            .toList());
            row(
                    equal,
                    traffic,
                    EFFECTS.get(e).name(),
                    cells.stream().map(Cell::toString).toList());
            for (int m = 0; m < ours; m++) {
                int against = cells.get(ours).against(cells.get(m));
                if (against < 1) {
                    notAhead.add("- " + traffic + "/s, " + EFFECTS.get(e).name() + ": "
                            + (against == 0 ? "level with " : "behind ")
                            + methods.get(m).name());
                }
            }
        }
    }

    private List<Judged> judged(double traffic, long seed, int releases, Effect effect) {
        return methods.stream()
                .map(m -> Judged.of(m, traffic, series * SERIES + seed, releases, effect))
                .toList();
    }

    private static String good(long stopped, int releases) {
        return Cell.share(stopped, releases, 2) + " stopped";
    }

    private static void row(List<String> rows, double traffic, String release, List<String> cells) {
        double canary = traffic * Trace.WEIGHT;
        rows.add(String.format(
                Locale.ROOT,
                "| %.0f/s, canary %s/s | %s | %s |",
                traffic,
                canary < 1 ? String.valueOf(canary) : String.valueOf((int) canary),
                release,
                String.join(" | ", cells)));
    }
}

package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Who decides best: {@code ./canary bench decisions [TRIALS]}. Prints two Markdown tables. In the first each method is
 * set as people usually set it; in the second each is set, for the traffic at hand and on the very good releases that are shown,
 * so that it stops no more of them than this plugin's default rules do: each signal at the same rank among good releases,
 * and as loosely as that allows.
 */
public final class Decisions {

    private static final double[] TRAFFIC = {2, 20, 200};
    private static final List<Effect> EFFECTS = List.of(
            new Effect("errors +1%", 0.01, 1, 0), new Effect("errors +3%", 0.03, 1, 0), new Effect("errors +10%", 0.1, 1, 0),
            new Effect("all requests 1.5x as slow", 0, 1.5, 0), new Effect("all requests 2x as slow", 0, 2, 0),
            new Effect("5% of requests 10x as slow", 0, 1, 0.05));
    private static final int GOOD_PER_BAD = 8;
    private static final double USUAL_ERRORS = 0.01;
    private static final double USUAL_P99 = 0.6;

    private Decisions() {}

    private record Cell(double missed, double minutes) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f%%", missed * 100)
                    + (Double.isNaN(minutes) ? "" : String.format(Locale.ROOT, ", %.1f min", minutes));
        }
    }

    public static void main(String[] args) throws Exception {
        int trials = args.length == 0 ? 300 : Integer.parseInt(args[0]);
        List<Method> methods = List.of(new Thresholds(1, USUAL_ERRORS, USUAL_P99), new Thresholds(3, USUAL_ERRORS, USUAL_P99),
                new Kayenta(), new DefaultGate());
        List<String> asUsual = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (double traffic : TRAFFIC) {
            System.err.println("decisions: " + traffic + " requests a second ...");
            measure(traffic, trials, methods, asUsual, equal);
        }
        String header = "| traffic | release | " + String.join(" | ", methods.stream().map(Method::name).toList()) + " |\n"
                + "| --- | --- |" + " --- |".repeat(methods.size());
        System.out.println("As usually set (" + trials + " releases a cell; good releases: share that is stopped; bad ones: share "
                + "that is missed within 25 minutes, and the median time to the stop):\n\n" + header);
        asUsual.forEach(System.out::println);
        System.out.println("\nAll set to stop no more good releases than this plugin's default rules:\n\n" + header);
        equal.forEach(System.out::println);
    }

    private static void measure(double traffic, int trials, List<Method> methods, List<String> asUsual, List<String> equal) {
        int releases = GOOD_PER_BAD * trials;
        List<List<double[][]>> good = methods.stream()
                .map(m -> signals(m, traffic, 2_000_000, releases, Effect.NONE)).toList();
        int ours = methods.size() - 1;
        long allowed = stopped(good.get(ours), methods.get(ours).usual());
        List<double[]> settings = new ArrayList<>();
        for (int m = 0; m < methods.size(); m++) {
            settings.add(m == ours ? methods.get(m).usual() : loosest(good.get(m), allowed));
        }
        row(asUsual, traffic, "good", IntStream.range(0, methods.size())
                .mapToObj(m -> share(stopped(good.get(m), methods.get(m).usual()), releases)).toList());
        row(equal, traffic, "good", IntStream.range(0, methods.size())
                .mapToObj(m -> share(stopped(good.get(m), settings.get(m)), releases)).toList());
        for (int e = 0; e < EFFECTS.size(); e++) {
            Effect effect = EFFECTS.get(e);
            List<String> one = new ArrayList<>();
            List<String> two = new ArrayList<>();
            for (int m = 0; m < methods.size(); m++) {
                List<double[][]> bad = signals(methods.get(m), traffic, 3_000_000 + e * 100_000L, trials, effect);
                one.add(cell(bad, methods.get(m).usual()).toString());
                two.add(cell(bad, settings.get(m)).toString());
            }
            row(asUsual, traffic, effect.name(), one);
            row(equal, traffic, effect.name(), two);
        }
    }

    private static List<double[][]> signals(Method method, double traffic, long seed, int trials, Effect effect) {
        return LongStream.range(0, trials).mapToObj(i -> method.signals(Trace.of(seed + i, traffic, effect))).toList();
    }

    /** The settings at which no more than so many of the good releases are stopped, each signal's at the same rank. */
    private static double[] loosest(List<double[][]> good, long allowed) {
        int signals = good.get(0).length;
        double[][] peaks = new double[signals][];
        for (int s = 0; s < signals; s++) {
            int signal = s;
            peaks[s] = good.stream().mapToDouble(g -> Arrays.stream(g[signal]).max().orElse(0)).sorted().toArray();
        }
        double[] settings = new double[signals];
        for (int rank = 0; rank < good.size(); rank++) {
            for (int s = 0; s < signals; s++) {
                settings[s] = peaks[s][rank];
            }
            if (stopped(good, settings) <= allowed) {
                break;
            }
        }
        return settings;
    }

    private static long stopped(List<double[][]> releases, double[] settings) {
        return releases.stream().filter(r -> stop(r, settings) >= 0).count();
    }

    /** The tick at which it stops; -1 when it does not. */
    private static int stop(double[][] signals, double[] settings) {
        for (int tick = 0; tick < Trace.TICKS; tick++) {
            for (int s = 0; s < signals.length; s++) {
                if (signals[s][tick] > settings[s]) {
                    return tick;
                }
            }
        }
        return -1;
    }

    private static String share(long stopped, int releases) {
        return String.format(Locale.ROOT, "%.1f%% stopped", 100.0 * stopped / releases);
    }

    /** A stop before the effect is luck, and counts as one at once. */
    private static Cell cell(List<double[][]> releases, double[] settings) {
        double[] minutes = releases.stream().mapToInt(r -> stop(r, settings)).filter(t -> t >= 0)
                .mapToDouble(t -> Math.max(0, t - Trace.EFFECT_AT + 1) * Trace.STEP.toSeconds() / 60.0).sorted().toArray();
        return new Cell(1 - (double) minutes.length / releases.size(),
                minutes.length == 0 ? Double.NaN : minutes[minutes.length / 2]);
    }

    private static void row(List<String> rows, double traffic, String release, List<String> cells) {
        rows.add(String.format(Locale.ROOT, "| %.0f/s, canary %s/s | %s | %s |", traffic,
                traffic * Trace.WEIGHT < 1 ? String.valueOf(traffic * Trace.WEIGHT) : String.valueOf((int) (traffic * Trace.WEIGHT)),
                release, String.join(" | ", cells)));
    }
}

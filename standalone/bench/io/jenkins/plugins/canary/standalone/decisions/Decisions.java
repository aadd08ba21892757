package io.jenkins.plugins.canary.standalone.decisions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Who decides best: {@code ./canary bench decisions [TRIALS]}. Prints two Markdown tables. In the first each method is
 * set as people usually set it; in the second each is set, for the traffic at hand and on the very good releases that are shown,
 * as strictly as it can be without stopping more of them than this plugin's default rules do.
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
        double[] usual = {1, 1, Kayenta.DEFAULT, DefaultGate.SETTING};
        List<String> asUsual = new ArrayList<>();
        List<String> equal = new ArrayList<>();
        for (double traffic : TRAFFIC) {
            System.err.println("decisions: " + traffic + " requests a second ...");
            measure(traffic, trials, methods, usual, asUsual, equal);
        }
        String header = "| traffic | release | " + String.join(" | ", methods.stream().map(Method::name).toList()) + " |\n"
                + "| --- | --- |" + " --- |".repeat(methods.size());
        System.out.println("As usually set (" + trials + " releases a cell; good releases: share that is stopped; bad ones: share "
                + "that is missed within 25 minutes, and the median time to the stop):\n\n" + header);
        asUsual.forEach(System.out::println);
        System.out.println("\nAll set to stop no more good releases than this plugin's default rules:\n\n" + header);
        equal.forEach(System.out::println);
    }

    private static void measure(double traffic, int trials, List<Method> methods, double[] usual, List<String> asUsual,
            List<String> equal) {
        int releases = GOOD_PER_BAD * trials;
        Map<Method, double[]> good = peaks(traffic, 2_000_000, releases, methods);
        Method ours = methods.get(methods.size() - 1);
        long stopped = Arrays.stream(good.get(ours)).filter(p -> p > DefaultGate.SETTING).count();
        double[] settings = new double[methods.size()];
        for (int m = 0; m < settings.length; m++) {
            double[] sorted = good.get(methods.get(m)).clone();
            Arrays.sort(sorted);
            settings[m] = methods.get(m) == ours ? DefaultGate.SETTING : sorted[releases - 1 - (int) stopped];
        }
        row(asUsual, traffic, "good", IntStream.range(0, usual.length).mapToObj(m -> share(good.get(methods.get(m)), usual[m])).toList());
        row(equal, traffic, "good", IntStream.range(0, usual.length).mapToObj(m -> share(good.get(methods.get(m)), settings[m])).toList());
        for (int e = 0; e < EFFECTS.size(); e++) {
            Effect effect = EFFECTS.get(e);
            long seed = 3_000_000 + e * 100_000L;
            List<String> one = new ArrayList<>();
            List<String> two = new ArrayList<>();
            for (int m = 0; m < methods.size(); m++) {
                double[][] severities = new double[trials][];
                for (int i = 0; i < trials; i++) {
                    severities[i] = methods.get(m).severity(Trace.of(seed + i, traffic, effect));
                }
                one.add(cell(severities, usual[m]).toString());
                two.add(cell(severities, settings[m]).toString());
            }
            row(asUsual, traffic, effect.name(), one);
            row(equal, traffic, effect.name(), two);
        }
    }

    private static Map<Method, double[]> peaks(double traffic, long seed, int trials, List<Method> methods) {
        Map<Method, double[]> peaks = new LinkedHashMap<>();
        methods.forEach(m -> peaks.put(m, new double[trials]));
        for (int i = 0; i < trials; i++) {
            Trace trace = Trace.of(seed + i, traffic, Effect.NONE);
            for (Method m : methods) {
                peaks.get(m)[i] = Arrays.stream(m.severity(trace)).max().orElse(0);
            }
        }
        return peaks;
    }

    private static String share(double[] peaks, double setting) {
        return String.format(Locale.ROOT, "%.1f%% stopped",
                100.0 * Arrays.stream(peaks).filter(p -> p > setting).count() / peaks.length);
    }

    /** A stop before the effect is luck, and counts as one at once. */
    private static Cell cell(double[][] severities, double setting) {
        double[] minutes = Arrays.stream(severities).mapToInt(s -> Method.stop(s, setting)).filter(t -> t >= 0)
                .mapToDouble(t -> Math.max(0, t - Trace.EFFECT_AT + 1) * Trace.STEP.toSeconds() / 60.0).sorted().toArray();
        return new Cell(1 - (double) minutes.length / severities.length,
                minutes.length == 0 ? Double.NaN : minutes[minutes.length / 2]);
    }

    private static void row(List<String> rows, double traffic, String release, List<String> cells) {
        rows.add(String.format(Locale.ROOT, "| %.0f/s, canary %s/s | %s | %s |", traffic,
                traffic * Trace.WEIGHT < 1 ? String.valueOf(traffic * Trace.WEIGHT) : String.valueOf((int) (traffic * Trace.WEIGHT)),
                release, String.join(" | ", cells)));
    }
}

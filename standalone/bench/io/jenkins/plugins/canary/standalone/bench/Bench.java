package io.jenkins.plugins.canary.standalone.bench;

import io.jenkins.plugins.canary.standalone.dataplane.DataPlane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the budgets and prints each beside what was measured. Arguments: the names of the measurements to run, all
 * when there is none. Exit code 0 when every budget was met, 1 when one was missed, 3 when one could not be measured.
 */
public final class Bench {

    /** One measurement of one or more budgets. */
    @FunctionalInterface
    interface Measurement {
        List<Budget> run() throws Exception;
    }

    /** Needs a cluster and Traefik. */
    private static final String TRAFFIC = "traffic";

    private static final Map<String, Measurement> ALL = new LinkedHashMap<>();

    static {
        ALL.put("micro", Micro::measure);
        ALL.put("tick", TickCost::measure);
        ALL.put("page", PageLoad::measure);
        ALL.put("start", DemoStart::measure);
        ALL.put("reaction", DemoReaction::measure);
        ALL.put("scale", Scale::measure);
        ALL.put("backtest", MonthBacktest::measure);
        ALL.put(TRAFFIC, RealTraffic::measure);
    }

    private Bench() {}

    public static void main(String[] args) {
        List<String> wanted = args.length == 0 ? possible() : List.of(args);
        for (String name : wanted) {
            if (!ALL.containsKey(name)) {
                System.err.println(
                        "bench: there is no measurement '" + name + "'; there are " + String.join(", ", ALL.keySet()));
                System.exit(2);
            }
        }
        System.exit(run(wanted));
    }

    private static List<String> possible() {
        List<String> names = new ArrayList<>(ALL.keySet());
        String missing = DataPlane.missing();
        if (missing != null) {
            names.remove(TRAFFIC);
            System.err.println("bench: " + TRAFFIC + " is left out: " + missing);
        }
        return names;
    }

    private static int run(List<String> wanted) {
        List<Budget> budgets = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (String name : wanted) {
            System.err.println("bench: " + name + " ...");
            try {
                budgets.addAll(ALL.get(name).run());
            } catch (Exception e) {
                failed.add(name + " could not be measured: " + e.getMessage());
            }
        }
        int width = budgets.stream().mapToInt(b -> b.what().length()).max().orElse(10);
        System.out.printf("%n%-" + width + "s | %14s | %14s | met?%n", "budget", "at most", "measured");
        System.out.println("-".repeat(width) + "-+-" + "-".repeat(14) + "-+-" + "-".repeat(14) + "-+------");
        budgets.forEach(b -> System.out.println(b.line(width)));
        failed.forEach(System.out::println);
        long missed = budgets.stream().filter(b -> !b.met()).count();
        System.out.println(budgets.size() - missed + " met, " + missed + " missed"
                + (failed.isEmpty() ? "" : ", " + failed.size() + " not measured"));
        return !failed.isEmpty() ? 3 : missed > 0 ? 1 : 0;
    }
}

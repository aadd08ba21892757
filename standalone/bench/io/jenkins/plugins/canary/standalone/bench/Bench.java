package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.standalone.dataplane.DataPlane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the budgets and prints each beside what was measured. Arguments: the names of the measurements to run, all
 * when there is none; with {@code --json} one JSON object is printed instead of a table. Exit code 0 when every budget was met, 1 when one was missed, 3 when one could not be measured.
 */
public final class Bench {

    /** One measurement of one or more budgets. */
    @FunctionalInterface
    interface Measurement {
        List<Budget> run() throws Exception;
    }

    private static final String JSON = "--json";
    /** Needs a cluster and Traefik. */
    private static final String TRAFFIC = "traffic";
    /** Needs the artifacts of Jenkins. */
    private static final String JENKINS = "jenkins";

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
        ALL.put(JENKINS, JenkinsLoad::measure);
    }

    private Bench() {}

    public static void main(String[] args) {
        List<String> wanted = new ArrayList<>(List.of(args));
        boolean json = wanted.remove(JSON);
        if (wanted.isEmpty()) {
            wanted = possible();
        }
        for (String name : wanted) {
            if (!ALL.containsKey(name)) {
                System.err.println(
                        "bench: there is no measurement '" + name + "'; there are " + String.join(", ", ALL.keySet()));
                System.exit(2);
            }
        }
        System.exit(run(wanted, json));
    }

    private static List<String> possible() {
        List<String> names = new ArrayList<>(ALL.keySet());
        leaveOut(names, TRAFFIC, DataPlane.missing());
        leaveOut(names, JENKINS, JenkinsLoad.missing());
        return names;
    }

    /** @param missing what the measurement needs; null when it has everything */
    private static void leaveOut(List<String> names, String name, String missing) {
        if (missing != null) {
            names.remove(name);
            System.err.println("bench: " + name + " is left out: " + missing);
        }
    }

    private static int run(List<String> wanted, boolean json) {
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
        long missed = budgets.stream().filter(b -> !b.met()).count();
        if (json) {
            System.out.println(json(budgets, failed));
        } else {
            print(budgets, missed, failed);
        }
        return !failed.isEmpty() ? 3 : missed > 0 ? 1 : 0;
    }

    private static ObjectNode json(List<Budget> budgets, List<String> failed) {
        ObjectNode all = new ObjectMapper().createObjectNode();
        ArrayNode measured = all.putArray("budgets");
        budgets.forEach(b -> b.write(measured.addObject()));
        failed.forEach(all.putArray("notMeasured")::add);
        return all;
    }

    private static void print(List<Budget> budgets, long missed, List<String> failed) {
        int width = budgets.stream().mapToInt(b -> b.what().length()).max().orElse(10);
        System.out.printf("%n%-" + width + "s | %14s | %14s | met?%n", "budget", "at most", "measured");
        System.out.println("-".repeat(width) + "-+-" + "-".repeat(14) + "-+-" + "-".repeat(14) + "-+------");
        budgets.forEach(b -> System.out.println(b.line(width)));
        failed.forEach(System.out::println);
        System.out.println(budgets.size() - missed + " met, " + missed + " missed"
                + (failed.isEmpty() ? "" : ", " + failed.size() + " not measured"));
    }
}

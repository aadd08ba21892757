package io.jenkins.plugins.canary.standalone.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.standalone.cli.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** From a breach being visible in the metrics until weight 0 was read back, in the demo at its usual speed. */
final class DemoReaction {

    private static final int RUNS = 3;
    /** The demo's tick of 15 s at time scale 60. */
    private static final double TICK_MILLIS = 250;

    private static final double SPARE_MILLIS = 250;

    private DemoReaction() {}

    static List<Budget> measure() throws Exception {
        List<Budget> budgets = new ArrayList<>();
        for (String scenario : List.of("errors", "latency")) {
            List<Long> millis = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                millis.add(millis(scenario));
            }
            long slowest = millis.stream().mapToLong(m -> m).max().orElseThrow();
            budgets.add(new Budget(
                    "breach visible to weight 0 read back, demo --scenario " + scenario,
                    TICK_MILLIS + SPARE_MILLIS,
                    slowest,
                    "ms",
                    "one tick of 250 ms + 250 ms; of " + millis));
        }
        return budgets;
    }

    private static long millis(String scenario) throws Exception {
        Process demo = Child.start(Main.class, DemoStart.JVM, "demo", "--headless", "--json", "--scenario", scenario);
        String last = "";
        try (BufferedReader lines = demo.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last = line;
            }
        } finally {
            demo.destroy();
        }
        JsonNode end = new ObjectMapper().readTree(last);
        if (!end.path("outcome").asText().equals("ROLLED_BACK")
                || !end.path("reactionMillis").isIntegralNumber()) {
            throw new IOException("demo --scenario " + scenario + " ended otherwise than rolled back: " + last);
        }
        return end.path("reactionMillis").longValue();
    }
}

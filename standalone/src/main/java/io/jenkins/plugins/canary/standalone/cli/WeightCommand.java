package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.weight.DynamicWeight;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code canary weight}. */
@Command(name = "weight", mixinStandardHelpOptions = true,
        description = "Prints the dynamic weight, in percent, for a canary that is so much slower and more faulty.")
final class WeightCommand implements Callable<Integer> {

    @Option(names = "--latency-delta", required = true, paramLabel = "D",
            description = "(canary - stable) / stable of a latency quantile: 0.1 is 10%% slower")
    private double latencyDelta;

    @Option(names = "--error-delta", required = true, paramLabel = "E",
            description = "difference of the error rates: 0.01 is one percentage point more")
    private double errorDelta;

    @Option(names = "--max", required = true, paramLabel = "M", description = "the largest weight, 5 to 100")
    private double max;

    @Option(names = "--latency-threshold", defaultValue = "0.5", paramLabel = "D",
            description = "past this the weight is 0; default ${DEFAULT-VALUE}")
    private double latencyThreshold;

    @Option(names = "--error-threshold", defaultValue = "0.05", paramLabel = "E",
            description = "past this the weight is 0; default ${DEFAULT-VALUE}")
    private double errorThreshold;

    @Option(names = "--json", description = "print {\"weight\": W, \"status\": \"proceed\" or \"breaker open\", ...}")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        DynamicWeight.Advice advice;
        try {
            advice = new DynamicWeight(Weight.ofPercent(max), latencyThreshold, errorThreshold)
                    .advise(latencyDelta, errorDelta);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, e.getMessage());
        }
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("weight", advice.weight().percent());
            answer.put("status", advice.violated() == null ? "proceed" : "breaker open");
            if (advice.violated() != null) {
                answer.put("violated", advice.violated());
            }
            spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(answer));
        } else {
            spec.commandLine().getOut().println(advice.weight().percent()
                    + (advice.violated() == null ? "" : "   breaker open: " + advice.violated()));
        }
        return advice.violated() == null ? Exit.FINE : Exit.ROLLED_BACK;
    }
}

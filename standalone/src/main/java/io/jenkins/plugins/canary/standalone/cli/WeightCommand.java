package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.standalone.server.WeightServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code canary weight}. */
@Command(
        name = "weight",
        description =
                "Prints the dynamic weight in percent for given differences to the stable version, or serves it over HTTP.")
final class WeightCommand extends CliCommand {

    @Option(
            names = "--latency-delta",
            paramLabel = "D",
            description = "(canary - stable) / stable of a latency quantile: 0.1 is 10%% slower")
    private Double latencyDelta;

    @Option(
            names = "--error-delta",
            paramLabel = "E",
            description = "difference of the error rates: 0.01 is one percentage point more")
    private Double errorDelta;

    @Option(names = "--max", paramLabel = "M", description = "the largest weight, 5 to 100")
    private Double max;

    @Option(
            names = "--latency-threshold",
            defaultValue = "0.5",
            paramLabel = "D",
            description = "above this the weight is 0; default ${DEFAULT-VALUE}")
    private double latencyThreshold;

    @Option(
            names = "--error-threshold",
            defaultValue = "0.05",
            paramLabel = "E",
            description = "above this the weight is 0; default ${DEFAULT-VALUE}")
    private double errorThreshold;

    @Option(names = "--json", description = "print {\"weight\": W, \"status\": \"proceed\" or \"breaker open\", ...}")
    private boolean json;

    @Option(
            names = "--serve",
            paramLabel = "PORT",
            description =
                    "serve GET /weight on this port instead, from the plan's metrics: 200 {\"weight\": W, \"status\": \"proceed\"}, "
                            + "or 503 with the violated threshold; 0 for any free port")
    private Integer serve;

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            description = "the plan whose weights.dynamic and metrics are served")
    private Path planFile;

    @Mixin
    private MetricOptions metrics;

    @Option(
            names = "--host",
            paramLabel = "H",
            defaultValue = "127.0.0.1",
            description = "the address to serve on; default ${DEFAULT-VALUE}")
    private String host;

    @Override
    public Integer call() throws Exception {
        if (serve != null) {
            return serve();
        }
        if (latencyDelta == null || errorDelta == null || max == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Missing required options: --latency-delta, --error-delta and --max, or --serve and --plan");
        }
        DynamicWeight.Advice advice;
        try {
            advice = new DynamicWeight(Weight.ofPercent(max), latencyThreshold, errorThreshold)
                    .advise(latencyDelta, errorDelta);
        } catch (IllegalArgumentException e) {
            throw Failure.usage(e.getMessage());
        }
        String violated = advice.violated();
        double weight = advice.weight().percent();
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("weight", weight);
            answer.put("status", violated == null ? "proceed" : "breaker open");
            if (violated != null) {
                answer.put("violated", violated);
            }
            out().println(json(answer));
        } else {
            out().println(weight + (violated == null ? "" : "   breaker open: " + violated));
        }
        return violated == null ? Exit.FINE : Exit.ROLLED_BACK;
    }

    /** {@code canary weight --serve PORT --plan PLAN}: until the process is stopped. */
    private int serve() throws Failure, MetricException {
        if (planFile == null) {
            throw new ParameterException(
                    spec.commandLine(), "Missing required option: --plan FILE, whose metrics set the weight");
        }
        CanaryPlan plan = plan(planFile);
        if (plan.weights() == null) {
            throw Failure.usage(planFile + " has no dynamic weight: add weights: { dynamic: { max: 50 } }");
        }
        InetSocketAddress address = new InetSocketAddress(host, serve);
        if (address.isUnresolved()) {
            throw Failure.usage("there is no host " + host);
        }
        MetricSource source = metrics.open(plan);
        try (WeightServer server = new WeightServer(plan.weights(), source, LiveRuntimeServices.CLOCK, address)) {
            out().println("http://" + host + ":" + server.address().getPort() + "/weight");
            new CountDownLatch(1).await();
            return Exit.FINE;
        } catch (IOException e) {
            source.close();
            throw Failure.infrastructure(host + ":" + serve + " cannot be served: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Exit.FINE;
        }
    }
}

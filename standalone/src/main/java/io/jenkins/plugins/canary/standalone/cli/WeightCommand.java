package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.standalone.server.WeightServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code canary weight}. */
// Not the standard help options: --version is the release's here.
@Command(
        name = "weight",
        description =
                "Prints the dynamic weight in percent for given differences to the stable version, or serves it over HTTP.")
final class WeightCommand implements Callable<Integer> {

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

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

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
    private Path plan;

    @Option(
            names = "--version",
            paramLabel = "V",
            defaultValue = "",
            description = "the new version, for plans whose labels use {{version}}")
    private String version;

    @Option(
            names = "--host",
            paramLabel = "H",
            defaultValue = "127.0.0.1",
            description = "the address to serve on; default ${DEFAULT-VALUE}")
    private String host;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (serve != null) {
            return new WeightEndpoint(spec.commandLine()).serve(plan, version, host, serve);
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
            spec.commandLine()
                    .getOut()
                    .println(advice.weight().percent()
                            + (advice.violated() == null ? "" : "   breaker open: " + advice.violated()));
        }
        return advice.violated() == null ? Exit.FINE : Exit.ROLLED_BACK;
    }

    /** {@code canary weight --serve PORT --plan PLAN}: until the process is stopped. */
    static final class WeightEndpoint {

        private final CommandLine command;

        WeightEndpoint(CommandLine command) {
            this.command = command;
        }

        int serve(Path file, String version, String host, int port) throws Failure {
            if (file == null) {
                throw new ParameterException(
                        command, "Missing required option: --plan FILE, whose metrics set the weight");
            }
            CanaryPlan plan = PlanFile.read(file.toString(), PlanFile.text(file), command.getErr());
            if (plan.weights() == null) {
                throw new Failure(Exit.USAGE, file + " has no dynamic weight: add weights: { dynamic: { max: 50 } }");
            }
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new Failure(Exit.USAGE, "there is no host " + host);
            }
            MetricSource source;
            try {
                source = new MetricSources()
                        .open(plan.metrics(), SourceContext.of(plan.target(), version, new LocalSecrets()));
            } catch (MetricException e) {
                throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
            }
            try (WeightServer server = WeightServer.start(plan.weights(), source, LiveRuntimeServices.CLOCK, address)) {
                command.getOut()
                        .println("http://" + host + ":" + server.address().getPort() + "/weight");
                new CountDownLatch(1).await();
                return Exit.FINE;
            } catch (IOException e) {
                source.close();
                throw new Failure(Exit.INFRASTRUCTURE, host + ":" + port + " cannot be served: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Exit.FINE;
            }
        }
    }
}

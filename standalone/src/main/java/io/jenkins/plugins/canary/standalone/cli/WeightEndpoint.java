package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.LiveRuntimeServices;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.standalone.server.WeightServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code canary weight --serve PORT --plan PLAN}: until the process is stopped. */
final class WeightEndpoint {

    private final CommandLine command;

    WeightEndpoint(CommandLine command) {
        this.command = command;
    }

    int serve(Path file, String version, String host, int port) throws Failure {
        if (file == null) {
            throw new ParameterException(
                    command, "Missing required option: --plan says which metrics the weight follows");
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
            command.getOut().println("http://" + host + ":" + server.address().getPort() + "/weight");
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

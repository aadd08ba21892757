package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.RuntimeServices;
import io.jenkins.plugins.canary.engine.rollout.RolloutRun;
import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.canary.standalone.server.GateServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;

/** The gate page of the rollout in the foreground, or none. */
final class Page implements AutoCloseable {

    private final GateServer server;

    private Page(GateServer server) {
        this.server = server;
    }

    /**
     * @param port null for no page
     * @param failedDeliveries whom notifications do not reach
     */
    static Page open(
            Integer port,
            RolloutView view,
            RolloutRun run,
            RuntimeServices clock,
            Supplier<List<RolloutStatusResponse.FailedDeliveryRow>> failedDeliveries)
            throws Failure {
        if (port == null) {
            return new Page(null);
        }
        if (port < 0 || port > 65_535) {
            throw new Failure(Exit.USAGE, "--port is between 0 and 65535, not " + port);
        }
        try {
            return new Page(GateServer.start(
                    new RolloutApi(view, run, clock::now, failedDeliveries),
                    Person.allowedAll(System.getProperty("user.name")),
                    port));
        } catch (IOException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        }
    }

    /** Null when there is no page. */
    URI url() {
        return server == null ? null : server.address();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}

package io.jenkins.plugins.canary.engine.traffic.local;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.net.URI;
import java.time.Duration;

/** A proxy in another process, reached through its control API. */
public record ControlSettings(URI control) implements RouterSettings {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Override
    public String driver() {
        return LocalDriver.NAME;
    }

    @Override
    public TrafficRouter open(RouterContext context) throws RouterException {
        LocalControlRouter router = new LocalControlRouter(
                control, TIMEOUT, context == null ? AddressPolicy.UNRESTRICTED : context.addresses());
        router.observe();
        return router;
    }
}

package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A reverse proxy that gives the canary an exact share of the requests. Starts with weight 0. Requests keep their path
 * and Host header. What runs when the weight changes finishes where it began; connections to a version that gets
 * no more requests are closed when the last of them is done. WebSocket and other upgrades are not passed on.
 *
 * <p>Safe for any thread once started.
 */
public final class WeightedProxy implements TrafficRouter {

    /** How long requests may run on, after a shift to 0% or 100%, before they no longer count as draining. */
    public static final Duration DRAIN = Duration.ofSeconds(30);

    private static final String CONTROL = "control";

    private final WeightedBalancer deal;
    private final SplittingHandler handler;
    private final Server server;
    private final ServerConnector traffic;
    private final ServerConnector control;

    /**
     * @param listen where requests come in; port 0 takes a free one
     * @param controlListen where the control API listens, or null for none
     * @param canary scheme, host and port
     * @param stable scheme, host and port
     * @param drain see {@link #DRAIN}
     */
    public WeightedProxy(
            InetSocketAddress listen, InetSocketAddress controlListen, URI canary, URI stable, Duration drain) {
        deal = new WeightedBalancer(drain, System::nanoTime);
        handler = new SplittingHandler(deal, Map.of(Track.CANARY, canary, Track.STABLE, stable));
        QueuedThreadPool threads = new QueuedThreadPool(24, 4);
        threads.setName("proxy");
        threads.setDaemon(true);
        server = new Server(threads);
        traffic = connector("traffic", listen);
        control = controlListen == null ? null : connector(CONTROL, controlListen);
        server.setHandler(control == null ? handler : new Handler.Sequence(new ControlHandler(this, CONTROL), handler));
    }

    private ServerConnector connector(String name, InetSocketAddress listen) {
        HttpConfiguration http = new HttpConfiguration();
        // The services' own headers pass; the proxy adds none of its own to answers.
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // Whether an address is sound is for the service to judge; the proxy passes it on as it is.
        http.setUriCompliance(UriCompliance.UNSAFE);
        http.setRequestHeaderSize(SplittingHandler.HEADERS);
        http.setResponseHeaderSize(2 * SplittingHandler.HEADERS);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setName(name);
        connector.setHost(listen.getHostString());
        connector.setPort(listen.getPort());
        server.addConnector(connector);
        return connector;
    }

    /** @throws IOException when a port is taken; the message says which and what to do */
    public WeightedProxy start() throws IOException {
        try {
            server.start();
            return this;
        } catch (Exception failed) {
            close();
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException(
                    "the proxy cannot listen: " + failed.getMessage() + " (" + cause.getMessage()
                            + "); choose another port or stop what uses it",
                    failed);
        }
    }

    /** Where requests come in. */
    public URI url() {
        return url(traffic);
    }

    /** Where the control API listens; only when one was asked for. */
    public URI controlUrl() {
        return url(control);
    }

    private static URI url(ServerConnector connector) {
        String host = connector.getHost().contains(":") ? "[" + connector.getHost() + "]" : connector.getHost();
        return URI.create("http://" + host + ":" + connector.getLocalPort());
    }

    /** In force when this returns: the next request is dealt by the new weight. */
    @Override
    public void shift(Weight weight) {
        deal.shift(weight).forEach(handler::close);
    }

    /**
     * Gives the canary everything and remembers that it is the stable version now, until a lower weight is set.
     *
     * @param version not needed, since the proxy knows tracks only
     */
    @Override
    public void promote(String version) {
        deal.promote().forEach(handler::close);
    }

    @Override
    public Observation observe() {
        ProxyState now = state();
        String draining = now.draining() == 0 ? "" : ", " + Units.count(now.draining(), "request") + " draining";
        Observation.Requests requests = new Observation.Requests(now.canaryRequests(), now.stableRequests());
        return new Observation(now.weight(), true, now.promoted(), requests, url() + draining, List.of());
    }

    public ProxyState state() {
        return deal.state();
    }

    /** Connections to a track that are open now, for looking on. */
    long connections(Track track) {
        return handler.connections(track);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new IllegalStateException("the proxy did not stop: " + failed.getMessage(), failed);
        }
    }
}

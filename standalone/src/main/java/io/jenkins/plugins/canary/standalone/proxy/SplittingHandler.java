package io.jenkins.plugins.canary.standalone.proxy;

import io.jenkins.plugins.canary.engine.Track;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Sends each request to the track that it is dealt to; Jetty's proxy does the rest, streaming both ways. */
final class SplittingHandler extends ProxyHandler.Reverse {

    private static final String POOL = SplittingHandler.class.getName() + ".pool";
    private static final String REPEATED = SplittingHandler.class.getName() + ".repeated";
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS");
    private static final int CONNECTIONS = 256;
    private static final int WAITING = 1024;
    static final int HEADERS = 16 << 10;

    private final WeightedBalancer deal;

    SplittingHandler(WeightedBalancer deal, Map<Track, URI> upstreams) {
        super(towards(upstreams));
        this.deal = deal;
        // Services need not learn this machine's name.
        setViaHost("canary");
    }

    private static Function<Request, HttpURI> towards(Map<Track, URI> upstreams) {
        return request -> {
            URI upstream = upstreams.get(((WeightedBalancer.Pool) request.getAttribute(POOL)).track());
            return HttpURI.build(request.getHttpURI())
                    .scheme(upstream.getScheme())
                    .authority(upstream.getHost(), upstream.getPort());
        };
    }

    /** Shares the server's threads. */
    @Override
    protected HttpClient newHttpClient() {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(getServer().getThreadPool());
        connector.setScheduler(getServer().getScheduler());
        return new HttpClient(new HttpClientTransportOverHTTP(connector));
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
        super.configureHttpClient(client);
        client.setUserAgentField(null);
        client.setConnectTimeout(5_000);
        client.setIdleTimeout(60_000);
        client.setMaxConnectionsPerDestination(CONNECTIONS);
        client.setMaxRequestsQueuedPerDestination(WAITING);
        // What the client may send and what the proxy adds to it (Via, Forwarded) must fit.
        client.setMaxRequestHeadersSize(2 * HEADERS);
        client.setMaxResponseHeadersSize(HEADERS);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        WeightedBalancer.Pool pool = deal.next();
        request.setAttribute(POOL, pool);
        Request.addCompletionListener(request, failure -> deal.done(pool).ifPresent(this::close));
        try {
            return super.handle(request, response, callback);
        } catch (IllegalArgumentException notAnAddress) {
            Response.writeError(request, response, callback, HttpStatus.BAD_REQUEST_400);
            return true;
        }
    }

    /** The tag gives each pool connections of its own. */
    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI target) {
        return super.newProxyToServerRequest(request, target).tag(request.getAttribute(POOL));
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request upstreamRequest,
            org.eclipse.jetty.client.Response upstreamResponse,
            Response response,
            Callback callback,
            Throwable failure) {
        if (repeatable(request, upstreamRequest, upstreamResponse, response, failure)) {
            request.setAttribute(REPEATED, true);
            var again = newProxyToServerRequest(request, rewriteHttpURI(request));
            copyRequestHeaders(request, again);
            addProxyHeaders(request, again);
            sendProxyToServerRequest(request, again, response, callback);
        } else if (failure instanceof RejectedExecutionException && !response.isCommitted()) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
            Response.writeError(
                    request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "too many requests wait");
        } else {
            super.onServerToProxyResponseFailure(
                    request, upstreamRequest, upstreamResponse, response, callback, failure);
        }
    }

    /**
     * A server may close a kept connection just as a request goes out on it. One that changes nothing and has no body
     * is sent once more, to the same track; any other fails, since nobody knows whether it was done.
     */
    private static boolean repeatable(
            Request request,
            org.eclipse.jetty.client.Request upstreamRequest,
            org.eclipse.jetty.client.Response upstreamResponse,
            Response response,
            Throwable failure) {
        boolean connectionLost = failure instanceof EOFException
                || failure instanceof ClosedChannelException
                || failure instanceof SocketException && !(failure instanceof ConnectException);
        return connectionLost
                && upstreamResponse.getStatus() == 0
                && upstreamRequest.getBody() == null
                && REPEATABLE.contains(request.getMethod())
                && !response.isCommitted()
                && request.getAttribute(REPEATED) == null;
    }

    /** Closes a retired pool's connections; none of them carries a request. */
    void close(WeightedBalancer.Pool pool) {
        HttpClient client = getHttpClient();
        client.getDestinations().stream()
                .filter(destination -> pool.equals(destination.getOrigin().getTag()))
                .forEach(client::removeDestination);
    }

    long connections(Track track) {
        return getHttpClient().getDestinations().stream()
                .filter(destination ->
                        destination.getOrigin().getTag() instanceof WeightedBalancer.Pool p && p.track() == track)
                .map(destination -> (AbstractConnectionPool) destination.getConnectionPool())
                .mapToLong(AbstractConnectionPool::getConnectionCount)
                .sum();
    }
}

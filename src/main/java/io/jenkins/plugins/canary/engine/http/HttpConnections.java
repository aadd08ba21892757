package io.jenkins.plugins.canary.engine.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.net.URIAuthority;

/**
 * The connections of everybody who shows and trusts the same certificates. A connection is made to an address that a policy
 * was asked about, and to no other. Never blocks; safe for several threads.
 */
final class HttpConnections {

    /** @param proxy null to connect to the host itself */
    record Route(HttpHost host, HttpHost proxy) {}

    private final HostLookup lookup;
    private final ApacheClient client;

    HttpConnections(ApacheClient client, HostLookup lookup) {
        this.client = client;
        this.lookup = lookup;
    }

    /** Where a call may be sent, the first choice first; completes exceptionally when it must not be sent anywhere. */
    CompletableFuture<List<Route>> routes(HttpCall call, AddressPolicy policy) {
        InetSocketAddress proxy = proxy(call.uri());
        CompletableFuture<List<InetAddress>> addresses = lookup.of(call.host());
        if (proxy == null) {
            return addresses.thenApply(found -> checked(call, policy, found).stream()
                    .map(address -> new Route(host(call, address), null))
                    .toList());
        }
        // A proxy knows names that this machine may not know.
        return addresses
                .handle((found, unknown) -> unknown != null ? Collections.singletonList((InetAddress) null) : found)
                .thenApply(found -> checked(call, policy, found))
                .thenCompose(fine -> lookup.of(proxy.getHostString()))
                .thenApply(found -> found.stream()
                        .map(address -> new Route(
                                host(call, null),
                                new HttpHost("http", address, proxy.getHostString(), proxy.getPort())))
                        .toList());
    }

    private static List<InetAddress> checked(HttpCall call, AddressPolicy policy, List<InetAddress> found) {
        try {
            return policy.checked(found, call.host(), call.port());
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static HttpHost host(HttpCall call, InetAddress address) {
        return new HttpHost(call.isSecure() ? "https" : "http", address, call.host(), call.port());
    }

    /** As the machine is set up: by default, by system properties. */
    private static InetSocketAddress proxy(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        return selector == null
                ? null
                : selector.select(uri).stream()
                        .filter(p -> p.type() == Proxy.Type.HTTP && p.address() instanceof InetSocketAddress)
                        .map(p -> (InetSocketAddress) p.address())
                        .findFirst()
                        .orElse(null);
    }

    /** Sends a call once. Cancelling what is returned hangs up. */
    Future<?> send(HttpCall call, Route route, BoundedAnswer into, FutureCallback<BoundedAnswer.Packed> callback) {
        BasicHttpRequest request = new BasicHttpRequest(call.method(), route.host(), call.target());
        request.setAuthority(new URIAuthority(call.host(), call.uri().getPort()));
        call.headers().forEach(request::setHeader);
        HttpRoute over = route.proxy() == null
                ? new HttpRoute(route.host(), null, call.isSecure())
                : new HttpRoute(route.host(), null, route.proxy(), call.isSecure());
        return client.send(
                over,
                new BasicRequestProducer(
                        request,
                        call.body() == null ? null : new BasicAsyncEntityProducer(call.body(), (ContentType) null)),
                into,
                callback);
    }
}

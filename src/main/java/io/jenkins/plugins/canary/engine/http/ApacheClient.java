package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.DaemonThreads;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Apache HttpClient as it is used here: it connects to addresses and never looks a name up, follows no redirect, keeps no
 * cookie and tries nothing again by itself. Made anew when its threads have died. Never blocks; safe for several threads.
 */
final class ApacheClient {

    private static final Logger LOGGER = Logger.getLogger(ApacheClient.class.getName());
    private static final Timeout CONNECT = Timeout.ofSeconds(5);
    private static final TimeValue KEPT = TimeValue.ofMinutes(2);
    private static final TimeValue OLDEST = TimeValue.ofMinutes(10);
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int LONGEST_LINE = 64 << 10;
    private static final int MOST_HEADERS = 500;
    private static final int IO_THREADS = 2;
    private static final String ROUTE = "canary.route";

    private static final DnsResolver NO_NAMES = new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException(host + " was not checked");
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            throw new UnknownHostException(host + " was not checked");
        }
    };

    private final SSLContext tls;
    private PoolingAsyncClientConnectionManager connections;
    private CloseableHttpAsyncClient client;
    private long swept = System.nanoTime();
    private volatile boolean closed;

    ApacheClient(TlsIdentity tls) {
        this.tls = tls.context() == null ? system() : tls.context();
    }

    private static SSLContext system() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** Sends a request over a route of which every address is known. Cancelling what is returned hangs up. */
    <T> Future<T> send(
            HttpRoute route, AsyncRequestProducer request, AsyncResponseConsumer<T> into, FutureCallback<T> callback) {
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(ROUTE, route);
        return running().execute(route.getTargetHost(), request, into, null, context, callback);
    }

    private synchronized CloseableHttpAsyncClient running() {
        if (client != null && client.getStatus().compareTo(IOReactorStatus.ACTIVE) > 0) {
            client.close(CloseMode.IMMEDIATE);
            client = null;
        }
        if (client == null && !closed) {
            connections = connections();
            client = client(connections);
            client.start();
        }
        if (System.nanoTime() - swept > SWEEP_NANOS) {
            swept = System.nanoTime();
            connections.closeExpired();
            connections.closeIdle(KEPT);
        }
        return client;
    }

    private PoolingAsyncClientConnectionManager connections() {
        return PoolingAsyncClientConnectionManagerBuilder.create()
                .setDnsResolver(NO_NAMES)
                .setTlsStrategy(ClientTlsStrategyBuilder.create()
                        .setSslContext(tls)
                        .setHostVerificationPolicy(HostnameVerificationPolicy.BUILTIN)
                        .buildAsync())
                // Many small answers at once: HTTP/2's limit of streams on one connection would fail some of them.
                .setDefaultTlsConfig(TlsConfig.custom()
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT)
                        .setTimeToLive(OLDEST)
                        .build())
                .setMaxConnTotal(HttpThreads.MOST_UNDER_WAY)
                .setMaxConnPerRoute(HttpThreads.MOST_UNDER_WAY)
                .build();
    }

    private CloseableHttpAsyncClient client(PoolingAsyncClientConnectionManager connections) {
        return HttpAsyncClients.custom()
                .setConnectionManager(connections)
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(IO_THREADS)
                        .setTcpNoDelay(true)
                        .build())
                .setIoReactorExceptionCallback(this::died)
                .setThreadFactory(DaemonThreads.named("canary-http-io"))
                .setHttp1Config(Http1Config.custom()
                        .setMaxLineLength(LONGEST_LINE)
                        .setMaxHeaderCount(MOST_HEADERS)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionKeepAlive(KEPT)
                        .setProtocolUpgradeEnabled(false)
                        .setAuthenticationEnabled(false)
                        .build())
                .setRoutePlanner((host, context) -> (HttpRoute) context.getAttribute(ROUTE))
                .setUserAgent("canary-release")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                // Whoever shows the same certificate shares these connections, and nobody else does.
                .disableConnectionState()
                .build();
    }

    /** The next request begins with a new client. Closing one ends its threads too, in the middle of whatever they do. */
    private void died(Exception fault) {
        LOGGER.log(closed ? Level.FINE : Level.WARNING, "A thread of HTTP connections ended", fault);
    }

    synchronized void close() {
        closed = true;
        if (client != null) {
            client.close(CloseMode.IMMEDIATE);
        }
    }
}

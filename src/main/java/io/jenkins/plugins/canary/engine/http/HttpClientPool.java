package io.jenkins.plugins.canary.engine.http;

import java.lang.ref.WeakReference;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * One HTTP client, with its one thread, for all rollouts that use the same certificates. A client goes when the last
 * source that uses it has gone. Safe for several threads.
 */
public final class HttpClientPool {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Executor executor;
    private final Map<String, WeakReference<HttpFetcher>> byIdentity = new HashMap<>();

    /** @param executor runs what is to be done with answers, for all clients together */
    public HttpClientPool(Executor executor) {
        this.executor = executor;
    }

    public HttpFetcher get(TlsIdentity tls, AddressPolicy policy) {
        synchronized (byIdentity) {
            byIdentity.values().removeIf(w -> w.get() == null);
            WeakReference<HttpFetcher> known = byIdentity.get(tls.identity());
            HttpFetcher web = known == null ? null : known.get();
            if (web == null) {
                web = new HttpFetcher(client(tls));
                byIdentity.put(tls.identity(), new WeakReference<>(web));
            }
            return web;
        }
    }

    private HttpClient client(TlsIdentity tls) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .executor(executor)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                // Many small answers at once: HTTP/2's limit of streams on one connection would fail some of them.
                .version(HttpClient.Version.HTTP_1_1);
        if (tls.context() != null) {
            client.sslContext(tls.context());
        }
        return client.build();
    }
}

package io.jenkins.plugins.canary.engine.http;

import io.jenkins.plugins.canary.engine.DaemonThreads;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * HTTP for everybody of one kind: metrics, probes, notices. They share connections where they show and trust the same
 * certificates, and threads; see {@link HttpThreads}. Connections go when the last fetcher that uses them has gone. Safe for
 * several threads.
 */
public final class HttpClientPool {

    private static final Cleaner CLEANER = Cleaner.create(DaemonThreads.named("canary-http-cleaner"));

    private final HttpThreads threads = new HttpThreads();
    private final HostLookup lookup;
    private final Map<String, WeakReference<HttpConnections>> byIdentity = new HashMap<>();

    public HttpClientPool() {
        this(InetAddress::getAllByName);
    }

    HttpClientPool(HostLookup.Names names) {
        lookup = new HostLookup(names);
    }

    /** A fetcher with a slots of its own among the pool's threads: one for each source of answers. */
    public HttpFetcher get(TlsIdentity tls, AddressPolicy addresses) {
        synchronized (byIdentity) {
            byIdentity.values().removeIf(w -> w.get() == null);
            WeakReference<HttpConnections> known = byIdentity.get(tls.identity());
            HttpConnections connections = known == null ? null : known.get();
            if (connections == null) {
                ApacheClient client = new ApacheClient(tls);
                connections = new HttpConnections(client, lookup);
                CLEANER.register(connections, client::close);
                byIdentity.put(tls.identity(), new WeakReference<>(connections));
            }
            return new HttpFetcher(connections, addresses, threads.slots());
        }
    }
}

package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.http.auth.Auth;
import java.util.List;

/** The {@code metrics:} section's choice of source. */
public sealed interface SourceSettings {

    /**
     * @param url base address, or null when {@code server} names a configured one
     * @param server the name of a Prometheus server configured in Jenkins, or null
     * @param tenant whose series, in a server that keeps those of several (Mimir, Cortex); null for no tenant
     * @param timeoutMillis for one query
     */
    record Prometheus(String url, String server, Auth auth, String tenant, long timeoutMillis)
            implements SourceSettings {

        /** A server without tenants. */
        public Prometheus(String url, String server, Auth auth, long timeoutMillis) {
            this(url, server, auth, null, timeoutMillis);
        }
    }

    /** @param timeoutMillis for one scrape */
    record Scrape(List<String> canary, List<String> stable, Auth auth, long timeoutMillis) implements SourceSettings {
        public Scrape {
            canary = List.copyOf(canary);
            stable = List.copyOf(stable);
        }
    }
}

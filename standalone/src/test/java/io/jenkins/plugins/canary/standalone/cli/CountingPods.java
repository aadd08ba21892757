package io.jenkins.plugins.canary.standalone.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A rate-limited service on loopback in the place of a Deployment's pods on the cluster, which run nothing: it counts
 * either outside of them, or in the first ready one of them, whose count goes with it.
 */
final class CountingPods implements AutoCloseable {

    private static final int LIMIT = 60;
    private static final String EVERYBODY = "outside of the pods";

    private final HttpServer server;
    private final KubeWorld world;
    private final String deployment;
    private final boolean forgets;
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Set<String>> seen = new CopyOnWriteArrayList<>();

    CountingPods(KubeWorld world, String deployment, boolean forgets) throws IOException {
        this.world = world;
        this.deployment = deployment;
        this.forgets = forgets;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/limited", this::answer);
        server.start();
    }

    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** The ready pods of the Deployment at each request, in order. */
    List<Set<String>> seen() {
        return seen;
    }

    Set<String> ready() {
        Set<String> names = new TreeSet<>();
        for (Pod pod : world.client()
                .pods()
                .inNamespace(world.namespace())
                .withLabel("app", deployment)
                .list()
                .getItems()) {
            if (pod.getMetadata().getDeletionTimestamp() == null
                    && Readiness.getInstance().isReady(pod)) {
                names.add(pod.getMetadata().getName());
            }
        }
        return names;
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        Set<String> ready = ready();
        seen.add(ready);
        String where = forgets ? ready.iterator().next() : EVERYBODY;
        int count = counts.merge(where, 1, Integer::sum);
        exchange.getResponseHeaders().set("RateLimit-Limit", "" + LIMIT);
        exchange.getResponseHeaders().set("RateLimit-Remaining", "" + Math.max(0, LIMIT - count));
        exchange.getResponseHeaders().set("RateLimit-Reset", "600");
        exchange.sendResponseHeaders(count <= LIMIT ? 200 : 429, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

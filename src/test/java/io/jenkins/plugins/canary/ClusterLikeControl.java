package io.jenkins.plugins.canary;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before a router's control API and promotes as a cluster does: the stable pods become the new version, the canary's
 * weight is 0 again, and the next release can begin. The version counts as promoted until a next one gets requests.
 */
public final class ClusterLikeControl implements AutoCloseable {

    private final URI router;
    private final HttpServer server;
    private final ExecutorService answering = Executors.newCachedThreadPool();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean promoted;

    public ClusterLikeControl(URI router) throws IOException {
        this.router = router;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(answering);
        server.createContext("/", this::pass);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private synchronized void pass(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean promoting = exchange.getRequestURI().getPath().equals("/promote");
        boolean shifting = exchange.getRequestMethod().equals("PUT");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(router.resolve("/weight")).header("Content-Type", "application/json");
        if (promoting || shifting) {
            request.PUT(HttpRequest.BodyPublishers.ofString(promoting ? "{\"weight\":0}" : body));
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            promoted = promoting || promoted && !shifting;
            byte[] state = answer.body()
                    .replaceAll("\"promoted\"\\s*:\\s*(true|false)", "\"promoted\":" + promoted)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.statusCode(), state.length);
            exchange.getResponseBody().write(state);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        answering.shutdownNow();
    }
}

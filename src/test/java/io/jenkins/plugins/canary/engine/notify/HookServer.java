package io.jenkins.plugins.canary.engine.notify;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A webhook on 127.0.0.1 that answers as it is told, 200 otherwise, and keeps what it got. */
public final class HookServer implements AutoCloseable {

    /** One request. */
    public record Got(Headers headers, byte[] body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
    private final Deque<Integer> answers = new ArrayDeque<>();
    private volatile boolean hangs;

    public HookServer(Integer... statuses) throws IOException {
        answers.addAll(java.util.List.of(statuses));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            got.add(new Got(
                    exchange.getRequestHeaders(), exchange.getRequestBody().readAllBytes()));
            if (hangs) {
                return; // neither answered nor closed
            }
            Integer status;
            synchronized (answers) {
                status = answers.pollFirst();
            }
            if (status != null && status == 302) {
                exchange.getResponseHeaders().set("Location", "/elsewhere");
            }
            exchange.sendResponseHeaders(status == null ? 200 : status, -1);
            exchange.close();
        });
        server.start();
    }

    /** From now on it takes requests and says nothing. */
    public HookServer hanging() {
        hangs = true;
        return this;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/T0/hook-of-the-team");
    }

    /** Null when nothing came in time. */
    public Got next(long seconds) throws InterruptedException {
        return got.poll(seconds, TimeUnit.SECONDS);
    }

    public int waiting() {
        return got.size();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

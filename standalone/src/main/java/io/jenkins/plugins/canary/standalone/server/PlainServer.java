package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;

/** What every server of the command line has: few daemon threads, no word about itself, and errors in one sentence. */
final class PlainServer implements AutoCloseable {

    private static final int THREADS = 8;
    private static final long IDLE_MILLIS = 15_000;
    private static final int MOST_CONNECTIONS = 256;

    private final Server server;
    private final ServerConnector connector;

    private PlainServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * @param name of its threads
     * @param strangers whether it is not for this machine alone: then connections are limited, in number and in idle time
     * @throws IOException when the address cannot be had; the message is the cause's
     */
    static PlainServer start(String name, InetSocketAddress at, boolean strangers, Handler handler) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName(name);
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(at.getHostString());
        connector.setPort(at.getPort());
        if (strangers) {
            connector.setIdleTimeout(IDLE_MILLIS);
            connector.addBean(new OpenConnections());
        }
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler(PlainServer::refuse);
        PlainServer started = new PlainServer(server, connector);
        try {
            server.start();
            return started;
        } catch (Exception e) {
            started.close();
            throw new IOException((e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(connector.getHost(), connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // It serves nobody any more; there is nothing else to give back.
        }
    }

    static void answer(Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, type)
                .put(HttpHeader.CONTENT_LENGTH, body.length)
                .put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /** Answers what the server itself refuses in one sentence, without a stack trace. */
    private static boolean refuse(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        GateServer.refuse(response, callback, new Refusal(status, HttpStatus.getMessage(status)));
        return true;
    }

    /** At most so many at a time: one more, and the oldest has to go, since whoever means well is done soonest. */
    static final class NewestOnly<T> {

        private final int most;
        private final Set<T> all = new LinkedHashSet<>();

        NewestOnly(int most) {
            this.most = most;
        }

        /** @return the one that has to go for this one */
        synchronized Optional<T> add(T one) {
            Optional<T> oldest = all.size() == most ? all.stream().findFirst() : Optional.empty();
            oldest.ifPresent(all::remove);
            all.add(one);
            return oldest;
        }

        synchronized void remove(T one) {
            all.remove(one);
        }
    }

    /** Keeps a server at so many connections. */
    private static final class OpenConnections implements Connection.Listener {

        private final NewestOnly<Connection> open = new NewestOnly<>(MOST_CONNECTIONS);

        @Override
        public void onOpened(Connection connection) {
            open.add(connection).ifPresent(oldest -> oldest.getEndPoint().close());
        }

        @Override
        public void onClosed(Connection connection) {
            open.remove(connection);
        }
    }

    /**
     * Reads the bodies of requests without holding a thread: each within a size and a time from its first byte to its last,
     * and only so many at once. Who sends slowly is turned away first, so that nobody keeps others from being heard.
     */
    static final class RequestBody {

        private final int longest;
        private final Duration deadline;
        private final NewestOnly<Request> reading;

        /**
         * @param longest body in bytes
         * @param deadline for one body
         * @param most bodies at once; one more, and the one that has been read for longest is given up
         */
        RequestBody(int longest, Duration deadline, int most) {
            this.longest = longest;
            this.deadline = deadline;
            this.reading = new NewestOnly<>(most);
        }

        /**
         * @param callback fails when {@code whole} does
         * @param whole gets the body, on a thread that may block
         * @param refused gets 408, 413 or 429, or 400 when the body broke off; the connection cannot carry another request
         */
        void read(Request request, Callback callback, Consumer<byte[]> whole, Consumer<Refusal> refused) {
            TooSlow crowded = new TooSlow(429, "too many requests at once; send the body with the request");
            reading.add(request).ifPresent(oldest -> oldest.fail(crowded));
            TooSlow overdue = new TooSlow(408, "the body did not arrive within " + deadline.toSeconds() + " s");
            Scheduler scheduler = request.getComponents().getScheduler();
            Scheduler.Task late =
                    scheduler.schedule(() -> request.fail(overdue), deadline.toMillis(), TimeUnit.MILLISECONDS);
            Consumer<byte[]> read = body -> {
                end(request, late);
                try {
                    whole.accept(body);
                } catch (RuntimeException e) {
                    callback.failed(e);
                }
            };
            Consumer<Throwable> broken = failure -> {
                end(request, late);
                refused.accept(
                        failure instanceof TooSlow slow
                                ? slow.refusal
                                : failure instanceof IllegalStateException
                                        ? new Refusal(413, "the body is larger than " + longest / 1024 + " KiB")
                                        : new Refusal(400, "the body broke off"));
            };
            Content.Source.asByteArrayAsync(
                    request, longest, Promise.Invocable.from(InvocationType.BLOCKING, read, broken));
        }

        private void end(Request request, Scheduler.Task late) {
            late.cancel();
            reading.remove(request);
        }

        private static final class TooSlow extends Exception {
            private static final long serialVersionUID = 1L;

            private final transient Refusal refusal;

            TooSlow(int status, String message) {
                super(message, null, false, false);
                this.refusal = new Refusal(status, message);
            }
        }
    }
}

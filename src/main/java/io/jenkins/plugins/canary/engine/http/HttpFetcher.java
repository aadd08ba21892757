package io.jenkins.plugins.canary.engine.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/**
 * Sends requests without blocking a thread, and answers in time or says why not. Redirects are not followed, since
 * credentials would go along. What is returned completes on threads of the HTTP layer's own, of which one fetcher uses a few
 * at a time; in the calling thread only when nothing was sent. Safe for several threads.
 */
public final class HttpFetcher {

    private final HttpConnections connections;
    private final AddressPolicy addresses;
    private final HttpThreads.Slots slots;

    HttpFetcher(HttpConnections connections, AddressPolicy addresses, HttpThreads.Slots slots) {
        this.connections = connections;
        this.addresses = addresses;
        this.slots = slots;
    }

    /** Makes something of an answer; runs on the threads that work on answers, and may throw whatever it likes. */
    @FunctionalInterface
    public interface BodyReader<T> {

        T read(HttpAnswer answer) throws Exception;
    }

    /**
     * A request that only reads and can be sent twice: where a connection kept from before turns out to be dead, it
     * is sent again on a new one.
     *
     * @param limit of the body, in bytes, packed and unpacked
     * @return any answer whatever its status; completes exceptionally with {@link FetchException} when there is none
     *     by the deadline. Cancelling it hangs up
     */
    public CompletableFuture<HttpAnswer> fetch(HttpCall call, int limit, Deadline deadline) {
        return fetch(call, limit, deadline, answer -> answer);
    }

    /**
     * As {@link #fetch(HttpCall, int, Deadline)}, for answers that are work to read: that is done on this fetcher's share of
     * the HTTP layer's threads, whatever thread waits for the result. What it throws is what the result completes with.
     */
    public <T> CompletableFuture<T> fetch(HttpCall call, int limit, Deadline deadline, BodyReader<T> read) {
        return begin(Exchange.read(call, limit, deadline, true, read));
    }

    /**
     * A request that is sent once, whatever comes of it. Cancelling what is returned hangs up.
     *
     * @param limit of the body, in bytes, packed and unpacked
     * @return as {@link #fetch}
     */
    public CompletableFuture<HttpAnswer> send(HttpCall call, int limit, Deadline deadline) {
        return begin(Exchange.read(call, limit, deadline, false, answer -> answer));
    }

    /**
     * A request that is sent once, and of whose answer only the head matters: its body is taken and dropped.
     *
     * @return as {@link #fetch}, with an empty body
     */
    public CompletableFuture<HttpAnswer> post(HttpCall call, Deadline deadline) {
        return begin(Exchange.once(call, BoundedAnswer.dropped(), deadline));
    }

    /**
     * A request that is sent once; an answer with status 200 is written to a stream as it comes, on the thread that reads
     * it. For a process with little else to do.
     *
     * @param limit in bytes
     * @return as {@link #fetch}, with an empty body
     */
    public CompletableFuture<HttpAnswer> save(HttpCall call, OutputStream to, long limit, Deadline deadline) {
        return begin(Exchange.once(call, BoundedAnswer.written(to, limit), deadline));
    }

    /**
     * Waits for what was sent here, for callers that may block: it completes by its deadline. Hangs up when interrupted.
     *
     * @throws FetchException when there is no answer; the message is for people
     */
    public static HttpAnswer await(CompletableFuture<HttpAnswer> sent) throws FetchException {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FetchException f
                    ? f
                    : new FetchException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FetchException("interrupted while waiting for an answer", e);
        } finally {
            sent.cancel(true);
        }
    }

    private <T> CompletableFuture<T> begin(Exchange<T> exchange) {
        if (!slots.admit()) {
            return CompletableFuture.failedFuture(exchange.explained(new Busy(null)));
        }
        exchange.start(this, connections, addresses, slots);
        return exchange.result();
    }

    /** Cut off, as opposed to refused, too slow or too large. */
    static boolean isBroken(Throwable fault) {
        return fault instanceof IOException
                && !isUnconnected(fault)
                && !(fault instanceof UnknownHostException)
                && !(fault instanceof SocketTimeoutException)
                && !(fault instanceof SSLException)
                && !(fault instanceof BoundedAnswer.TooLarge)
                && !(fault instanceof Refused)
                && !(fault instanceof Unsigned)
                && !(fault instanceof Busy);
    }

    /** Nobody took the connection at that address; somebody may at another one of the same host. */
    static boolean isUnconnected(Throwable fault) {
        return fault instanceof ConnectException
                || fault instanceof NoRouteToHostException
                || fault instanceof org.apache.hc.client5.http.ConnectTimeoutException;
    }

    /** What a completion that failed was about. */
    public static Throwable cause(Throwable fault) {
        return fault instanceof CompletionException && fault.getCause() != null ? cause(fault.getCause()) : fault;
    }

    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    static final class Unsigned extends IOException {
        private static final long serialVersionUID = 1L;

        Unsigned(Throwable cause) {
            super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
        }
    }

    static final class Busy extends IOException {
        private static final long serialVersionUID = 1L;

        Busy(Throwable cause) {
            super("it was not asked: too many requests are waiting for answers", cause);
        }
    }
}

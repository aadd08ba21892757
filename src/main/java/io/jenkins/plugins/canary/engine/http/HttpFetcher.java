package io.jenkins.plugins.canary.engine.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests without blocking a thread, and answers in time or says why not. Redirects are not followed, since
 * credentials would go along. Shared by all rollouts that trust the same certificates; safe for several threads.
 */
public final class HttpFetcher {

    private static final int NOT_MODIFIED = 304;

    private final HttpClient client;

    HttpFetcher(HttpClient client) {
        this.client = client;
    }

    /**
     * A request that only reads and can be sent twice: where a connection kept from before turns out to be dead, it
     * is sent again on a new one.
     *
     * @param limit of the body, in bytes, packed and unpacked
     * @return any answer whatever its status; completes exceptionally with {@link FetchException} when there is none
     *     by the deadline
     */
    public CompletableFuture<Answer> fetch(HttpRequest.Builder request, int limit, Deadline deadline) {
        HttpRequest sent = request.setHeader("Accept-Encoding", "gzip").timeout(deadline.left()).build();
        return once(sent, limit, deadline)
                .handle((answer, fault) -> fault != null && isBroken(cause(fault))
                        ? once(sent, limit, deadline) : done(answer, fault))
                .thenCompose(a -> a)
                .handle((answer, fault) -> {
                    if (fault != null) {
                        throw new CompletionException(explain(sent, cause(fault), deadline));
                    }
                    return answer;
                });
    }

    /**
     * A request that is sent once, whatever comes of it. Cancelling what is returned hangs up.
     *
     * @param limit of the body, in bytes, packed and unpacked
     * @return any answer whatever its status; completes exceptionally when there is none by the deadline, see
     *     {@link #explain(java.net.URI, Throwable, Deadline)}
     */
    public CompletableFuture<Answer> send(HttpRequest.Builder request, int limit, Deadline deadline) {
        return once(request.setHeader("Accept-Encoding", "gzip").timeout(deadline.left()).build(), limit, deadline);
    }

    /** Why {@link #send} got no answer, in words for people. */
    public static String explain(java.net.URI uri, Throwable fault, Deadline deadline) {
        return Faults.explain(uri, cause(fault), deadline);
    }

    private CompletableFuture<Answer> once(HttpRequest request, int limit, Deadline deadline) {
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(request, head ->
                new BoundedBody(limit, announced(request, head)));
        CompletableFuture<Answer> answer = exchange.thenApply(r -> {
            try {
                String encoding = r.headers().firstValue("Content-Encoding").orElse("").toLowerCase(Locale.ROOT);
                return new Answer(request.uri(), r.statusCode(), r.headers(), Unzip.decode(encoding, r.body(), limit));
            } catch (IOException e) {
                throw new CompletionException(new Unusable(e.getMessage(), e));
            }
        }).orTimeout(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
        // The client's own time-out ends with the headers: a body that drips is cut here.
        answer.whenComplete((a, fault) -> exchange.cancel(true));
        return answer;
    }

    /** An answer to HEAD, and one that says that nothing changed, give the length of a body that they do not have. */
    private static long announced(HttpRequest request, HttpResponse.ResponseInfo head) {
        boolean bodiless = request.method().equals("HEAD") || head.statusCode() == NOT_MODIFIED;
        return bodiless ? 0 : head.headers().firstValueAsLong("Content-Length").orElse(-1);
    }

    private static CompletableFuture<Answer> done(Answer answer, Throwable fault) {
        return fault == null ? CompletableFuture.completedFuture(answer) : CompletableFuture.failedFuture(cause(fault));
    }

    /** Cut off, as opposed to refused, too slow or too large. */
    private static boolean isBroken(Throwable fault) {
        return fault instanceof IOException && !(fault instanceof ConnectException)
                && !(fault instanceof HttpTimeoutException) && !(fault instanceof javax.net.ssl.SSLException)
                && !(fault instanceof BoundedBody.TooLarge) && !(fault instanceof Unusable)
                && !(fault.getCause() instanceof BoundedBody.TooLarge);
    }

    private static Throwable cause(Throwable fault) {
        return fault instanceof CompletionException && fault.getCause() != null ? cause(fault.getCause()) : fault;
    }

    private static FetchException explain(HttpRequest request, Throwable fault, Deadline deadline) {
        return new FetchException(Faults.explain(request.uri(), fault, deadline), fault);
    }

    /** The answer came, and cannot be used. */
    static final class Unusable extends IOException {
        private static final long serialVersionUID = 1L;

        Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

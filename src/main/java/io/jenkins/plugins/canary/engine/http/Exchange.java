package io.jenkins.plugins.canary.engine.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hc.core5.concurrent.FutureCallback;

/**
 * One request until it has its answer, or its time is over. Looks its host up, connects to the addresses that were checked,
 * one after the other until one takes the connection, and hands what comes to the threads that work on answers.
 */
final class Exchange<T> {

    private static final int MOST_ADDRESSES = 4;

    private final HttpCall call;
    private final int limit;
    private final Supplier<BoundedAnswer> body;
    private final Deadline deadline;
    private final boolean again;
    private final HttpFetcher.BodyReader<T> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private HttpConnections connections;
    private HttpThreads.Slots slots;
    private boolean quotable;
    private ScheduledFuture<?> timeUp;
    private Future<?> underWay;
    private boolean over;
    private boolean sentAgain;

    /** @param again whether it may be sent a second time */
    private Exchange(
            HttpCall call,
            int limit,
            Supplier<BoundedAnswer> body,
            Deadline deadline,
            boolean again,
            HttpFetcher.BodyReader<T> work) {
        this.call = call;
        this.limit = limit;
        this.body = body;
        this.deadline = deadline;
        this.again = again;
        this.work = work;
    }

    static <T> Exchange<T> read(
            HttpCall call, int limit, Deadline deadline, boolean again, HttpFetcher.BodyReader<T> work) {
        return new Exchange<>(
                call.header("Accept-Encoding", "gzip"), limit, () -> BoundedAnswer.kept(limit), deadline, again, work);
    }

    /** For an answer without a body, whatever becomes of the body. */
    static Exchange<HttpAnswer> once(HttpCall call, BoundedAnswer body, Deadline deadline) {
        return new Exchange<>(call, 0, () -> body, deadline, false, answer -> answer);
    }

    CompletableFuture<T> result() {
        return result;
    }

    /** @param fetcher that this is an exchange of */
    void start(HttpFetcher fetcher, HttpConnections by, AddressPolicy policy, HttpThreads.Slots on) {
        connections = by;
        slots = on;
        quotable = policy.mayQuote();
        result.whenComplete((done, fault) -> {
            if (result.isCancelled()) {
                settle(null, new CancellationException());
            }
        });
        synchronized (this) {
            timeUp = HttpThreads.TIMER.schedule(
                    () -> settle(null, new TimeoutException()), deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        }
        signed(fetcher).thenCompose(done -> connections.routes(call, policy)).whenComplete((routes, fault) -> {
            if (fault != null) {
                settle(null, HttpFetcher.cause(fault));
            } else {
                send(routes, 0);
            }
        });
    }

    private CompletableFuture<Void> signed(HttpFetcher fetcher) {
        if (call.signer() == null) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        call.signer().sign(call, fetcher, deadline);
                    } catch (IOException | RuntimeException e) {
                        throw new CompletionException(new HttpFetcher.Unsigned(e));
                    }
                },
                HttpThreads.SIGNERS);
    }

    private void send(List<HttpConnections.Route> routes, int index) {
        FutureCallback<BoundedAnswer.Packed> callback = new FutureCallback<>() {
            @Override
            public void completed(BoundedAnswer.Packed packed) {
                settle(packed, null);
            }

            @Override
            public void failed(Exception fault) {
                if (HttpFetcher.isUnconnected(fault) && index + 1 < Math.min(MOST_ADDRESSES, routes.size())) {
                    send(routes, index + 1);
                } else if (HttpFetcher.isBroken(fault) && mayBeSentAgain()) {
                    send(routes, index);
                } else {
                    settle(null, fault);
                }
            }

            @Override
            public void cancelled() {
                settle(null, new CancellationException());
            }
        };
        synchronized (this) {
            if (over) {
                return;
            }
        }
        Future<?> sent;
        try {
            sent = connections.send(call, routes.get(index), body.get(), callback);
        } catch (RuntimeException e) {
            settle(null, e);
            return;
        }
        boolean late;
        synchronized (this) {
            underWay = sent;
            late = over;
        }
        if (late) {
            sent.cancel(true);
        }
    }

    private synchronized boolean mayBeSentAgain() {
        boolean may = again && !over && !sentAgain;
        sentAgain = true;
        return may;
    }

    /** The first one counts. */
    private void settle(BoundedAnswer.Packed packed, Throwable fault) {
        Future<?> hangUp;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            hangUp = packed == null ? underWay : null;
            timeUp.cancel(false);
        }
        slots.finish(() -> {
            if (fault != null) {
                result.completeExceptionally(explained(fault));
            } else {
                workOn(packed);
            }
        });
        if (hangUp != null) {
            hangUp.cancel(true);
        }
    }

    /** Whatever goes wrong in it, however badly, is the end of this exchange and of nothing else. */
    private void workOn(BoundedAnswer.Packed packed) {
        HttpAnswer answer;
        try {
            answer = unpack(packed);
        } catch (IOException e) {
            result.completeExceptionally(explained(e));
            return;
        } catch (OutOfMemoryError e) {
            result.completeExceptionally(explained(new IOException("there is not enough memory for its answer", e)));
            return;
        }
        try {
            result.complete(work.read(answer));
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    private HttpAnswer unpack(BoundedAnswer.Packed packed) throws IOException {
        String encoding =
                packed.headers().firstValue("Content-Encoding").orElse("").toLowerCase(Locale.ROOT);
        return new HttpAnswer(call.uri(), packed.status(), packed.headers(), plain(encoding, packed.body()), quotable);
    }

    /** Undoes a body's content encoding, within the limit that holds for the body itself: a small bomb stays small. */
    private byte[] plain(String encoding, byte[] body) throws IOException {
        // To HEAD, and without content, servers name the encoding of a body that they do not send.
        if (body.length == 0 || encoding.isEmpty() || encoding.equals("identity")) {
            return body;
        }
        if (!encoding.equals("gzip") && !encoding.equals("x-gzip")) {
            throw new IOException("its answer has a Content-Encoding that was not asked for");
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] plain = in.readNBytes(limit + 1);
            if (plain.length > limit) {
                throw new BoundedAnswer.TooLarge(limit);
            }
            return plain;
        } catch (ZipException | EOFException e) {
            throw new IOException("its answer is called gzip and is not, or is cut off", e);
        }
    }

    FetchException explained(Throwable fault) {
        return FetchException.of(call.uri(), fault, deadline);
    }
}

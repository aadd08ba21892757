package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Refusal;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Reads the bodies of requests without holding a thread: each within a size and a time from its first byte to its last,
 * and only so many at once. Who sends slowly is turned away first, so that nobody keeps others from being heard.
 */
final class RequestBody {

    private final int longest;
    private final Duration deadline;
    private final int most;
    /** Oldest first. */
    private final Set<Request> reading = new LinkedHashSet<>();

    /**
     * @param longest body in bytes
     * @param deadline for one body
     * @param most bodies at once; one more, and the one that has been read for longest is given up
     */
    RequestBody(int longest, Duration deadline, int most) {
        this.longest = longest;
        this.deadline = deadline;
        this.most = most;
    }

    /**
     * @param callback fails when {@code whole} does
     * @param whole gets the body, on a thread that may block
     * @param refused gets 408, 413 or 429, or 400 when the body broke off; the connection cannot carry another request
     */
    void read(Request request, Callback callback, Consumer<byte[]> whole, Consumer<Refusal> refused) {
        begin(request);
        Scheduler.Task late = request.getComponents()
                .getScheduler()
                .schedule(
                        () -> request.fail(new TooSlow(
                                new Refusal(408, "the body did not arrive within " + deadline.toSeconds() + " s"))),
                        deadline.toMillis(),
                        TimeUnit.MILLISECONDS);
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

    private void begin(Request request) {
        Request oldest = null;
        synchronized (reading) {
            if (reading.size() == most) {
                Iterator<Request> all = reading.iterator();
                oldest = all.next();
                all.remove();
            }
            reading.add(request);
        }
        if (oldest != null) {
            oldest.fail(new TooSlow(new Refusal(429, "too many requests at once; send the body with the request")));
        }
    }

    private void end(Request request, Scheduler.Task late) {
        late.cancel();
        synchronized (reading) {
            reading.remove(request);
        }
    }

    private static final class TooSlow extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        TooSlow(Refusal refusal) {
            super(refusal.getMessage(), null, false, false);
            this.refusal = refusal;
        }
    }
}

package io.jenkins.plugins.canary.engine.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes a body up to a limit, and hangs up on the first byte beyond it instead of storing what is too much. */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final int limit;
    private final long announced;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.Subscription subscription;

    /**
     * @param limit in bytes
     * @param announced the length that the server announced; negative when it did not
     */
    BoundedBody(int limit, long announced) {
        this.limit = limit;
        this.announced = announced;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription s) {
        subscription = s;
        if (announced > limit) {
            tooLarge();
        } else {
            s.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            if (body.isDone()) {
                return;
            }
            if (bytes.size() + (long) part.remaining() > limit) {
                tooLarge();
                return;
            }
            byte[] chunk = new byte[part.remaining()];
            part.get(chunk);
            bytes.writeBytes(chunk);
        }
    }

    @Override
    public void onError(Throwable fault) {
        body.completeExceptionally(fault);
    }

    @Override
    public void onComplete() {
        body.complete(bytes.toByteArray());
    }

    private void tooLarge() {
        body.completeExceptionally(new TooLarge(limit));
        subscription.cancel();
    }

    /** The body is longer than allowed. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(int limit) {
            super("its answer is larger than " + (limit >= 1 << 20 ? (limit >> 20) + " MiB" : limit + " bytes")
                    + " and was cut off");
        }
    }
}

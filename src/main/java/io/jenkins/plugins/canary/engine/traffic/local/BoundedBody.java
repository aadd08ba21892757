package io.jenkins.plugins.canary.engine.traffic.local;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Reads a whole answer, and gives up on one that is larger than an honest answer can be. */
public final class BoundedBody<T> implements BodySubscriber<T> {

    private final BodySubscriber<T> into;
    private final long limit;
    private Flow.Subscription subscription;
    private long seen;

    /**
     * @param into what becomes of the bytes
     * @param limit in bytes
     */
    public BoundedBody(BodySubscriber<T> into, long limit) {
        this.into = into;
        this.limit = limit;
    }

    @Override
    public CompletionStage<T> getBody() {
        return into.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
        subscription = upstream;
        into.onSubscribe(upstream);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        seen += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (seen > limit) {
            subscription.cancel();
            into.onError(new IOException("the answer is larger than " + limit + " bytes"));
        } else {
            into.onNext(buffers);
        }
    }

    @Override
    public void onError(Throwable failure) {
        into.onError(failure);
    }

    @Override
    public void onComplete() {
        into.onComplete();
    }
}

package io.jenkins.plugins.canary.engine.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Takes an answer up to a limit, and hangs up on the first byte beyond it instead of storing what is too much. */
final class BoundedAnswer implements AsyncResponseConsumer<BoundedAnswer.Packed> {

    /** @param body as it was sent, perhaps compressed */
    record Packed(int status, HttpHeaders headers, byte[] body) {}

    private static final int OK = 200;

    private final long limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final OutputStream file;
    private HttpResponse head;
    private FutureCallback<Packed> whole;
    private OutputStream into;
    private long taken;

    private BoundedAnswer(long limit, OutputStream file) {
        this.limit = limit;
        this.file = file;
    }

    /** @param limit of the body, in bytes */
    static BoundedAnswer kept(int limit) {
        return new BoundedAnswer(limit, null);
    }

    /**
     * The body of an answer with status 200 goes elsewhere, and that of another is dropped; the answer has none.
     *
     * @param limit of what is written, in bytes
     */
    static BoundedAnswer written(OutputStream to, long limit) {
        return new BoundedAnswer(limit, to);
    }

    /** However much is sent: nobody reads it. */
    static BoundedAnswer dropped() {
        return new BoundedAnswer(Long.MAX_VALUE, OutputStream.nullOutputStream());
    }

    @Override
    public void consumeResponse(
            HttpResponse response, EntityDetails body, HttpContext context, FutureCallback<Packed> callback)
            throws IOException {
        head = response;
        into = file == null ? bytes : response.getCode() == OK ? file : OutputStream.nullOutputStream();
        whole = callback;
        if (body == null) {
            callback.completed(packed());
        } else if (body.getContentLength() > limit) {
            throw new TooLarge(limit);
        }
    }

    @Override
    public void informationResponse(HttpResponse response, HttpContext context) {
        // Of no interest: the answer is still to come.
    }

    @Override
    public void updateCapacity(CapacityChannel channel) throws IOException {
        channel.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer part) throws IOException {
        taken += part.remaining();
        if (taken > limit) {
            throw new TooLarge(limit);
        }
        byte[] chunk = new byte[part.remaining()];
        part.get(chunk);
        into.write(chunk);
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        whole.completed(packed());
    }

    @Override
    public void failed(Exception cause) {
        // Whoever sent the request is told.
    }

    @Override
    public void releaseResources() {
        // There are none: bytes go with this object.
    }

    private Packed packed() {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : head.getHeaders()) {
            headers.computeIfAbsent(header.getName(), n -> new ArrayList<>())
                    .add(header.getValue() == null ? "" : header.getValue());
        }
        return new Packed(head.getCode(), HttpHeaders.of(headers, (name, value) -> true), bytes.toByteArray());
    }

    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(long limit) {
            super("its answer is larger than " + (limit >= 1 << 20 ? (limit >> 20) + " MiB" : limit + " bytes")
                    + " and was cut off");
        }
    }
}

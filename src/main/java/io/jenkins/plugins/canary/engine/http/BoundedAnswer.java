package io.jenkins.plugins.canary.engine.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private HttpResponse head;
    private FutureCallback<Packed> whole;

    /** @param limit of the body, in bytes */
    BoundedAnswer(int limit) {
        this.limit = limit;
    }

    @Override
    public void consumeResponse(HttpResponse response, EntityDetails body, HttpContext context, FutureCallback<Packed> callback)
            throws IOException {
        head = response;
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
        if (bytes.size() + (long) part.remaining() > limit) {
            throw new TooLarge(limit);
        }
        byte[] chunk = new byte[part.remaining()];
        part.get(chunk);
        bytes.writeBytes(chunk);
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

    /** The body is longer than allowed. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(int limit) {
            super("its answer is larger than " + (limit >= 1 << 20 ? (limit >> 20) + " MiB" : limit + " bytes")
                    + " and was cut off");
        }
    }
}

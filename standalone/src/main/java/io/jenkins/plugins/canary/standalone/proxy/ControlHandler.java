package io.jenkins.plugins.canary.standalone.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.Weight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * The control API of a weighted proxy: {@code GET /weight}, {@code PUT /weight} with {@code {"weight": 12.5}}, {@code
 * POST /promote}. Each answers with the {@link ProxyState} as JSON, or with {@code {"error"}}. Answers on its own
 * connector only. What changes anything must be sent as application/json, which a web page of another site cannot do.
 */
final class ControlHandler extends Handler.Abstract {

    private static final int LARGEST_BODY = 4 << 10;

    private final WeightedProxy proxy;
    private final String connector;

    ControlHandler(WeightedProxy proxy, String connector) {
        this.proxy = proxy;
        this.connector = connector;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!connector.equals(request.getConnectionMetaData().getConnector().getName())) {
            return false;
        }
        String asked = request.getMethod() + " " + request.getHttpURI().getCanonicalPath();
        switch (asked) {
            case "GET /weight" -> answer(response, callback, 200, proxy.state());
            case "PUT /weight", "POST /promote" -> change(asked, request, response, callback);
            default ->
                refuseUnread(
                        response, callback, 404, "there is GET /weight, PUT /weight and POST /promote, not " + asked);
        }
        return true;
    }

    private void change(String asked, Request request, Response response, Callback callback) {
        Consumer<byte[]> act = body -> {
            String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
            if (type == null || !"application/json".equalsIgnoreCase(MimeTypes.getContentTypeWithoutCharset(type))) {
                refuse(response, callback, 415, "send Content-Type: application/json");
            } else if (asked.equals("POST /promote")) {
                proxy.promote(null);
                answer(response, callback, 200, proxy.state());
            } else {
                shift(body, response, callback);
            }
        };
        Consumer<Throwable> giveUp = failure -> {
            if (failure instanceof IllegalStateException) {
                refuseUnread(response, callback, 413, "the body is larger than " + LARGEST_BODY + " bytes");
            } else {
                callback.failed(failure);
            }
        };
        Content.Source.asByteArrayAsync(
                request, LARGEST_BODY, Promise.Invocable.from(InvocationType.NON_BLOCKING, act, giveUp));
    }

    private void shift(byte[] body, Response response, Callback callback) {
        JsonNode weight;
        try {
            weight = BoundedJson.MAPPER.readTree(body).path("weight");
        } catch (JsonProcessingException broken) {
            refuse(response, callback, 400, "the body is not JSON: " + broken.getOriginalMessage());
            return;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        Optional<Weight> exact = weight.isNumber() ? Weight.exactly(weight.asDouble()) : Optional.empty();
        if (exact.isEmpty()) {
            refuse(response, callback, 400, "weight is a number from 0 to 100 with at most one decimal, not " + weight);
            return;
        }
        proxy.shift(exact.get());
        answer(response, callback, 200, proxy.state());
    }

    /** With a body still on its way the connection cannot carry another request. */
    private static void refuseUnread(Response response, Callback callback, int status, String reason) {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        refuse(response, callback, status, reason);
    }

    private static void refuse(Response response, Callback callback, int status, String reason) {
        answer(response, callback, status, Map.of("error", reason));
    }

    private static void answer(Response response, Callback callback, int status, Object body) {
        try {
            byte[] bytes = BoundedJson.MAPPER.writeValueAsBytes(body);
            response.setStatus(status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
            response.write(true, ByteBuffer.wrap(bytes), callback);
        } catch (JsonProcessingException impossible) {
            callback.failed(impossible);
        }
    }
}

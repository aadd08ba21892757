package io.jenkins.plugins.canary.engine.metric.json;

import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.Template;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the request of a JSON metric out of its texts. */
final class JsonRequests {

    private JsonRequests() {}

    /**
     * @param values of the placeholders
     * @throws IllegalArgumentException for people, when a placeholder has no value, or one that must not stand there
     */
    static HttpCall call(JsonQuery.Request request, Map<String, String> values) {
        HttpCall call = HttpCall.to(uri(request, values));
        String body = body(request, values);
        call.method(request.method(), body).header("Accept", "application/json");
        if (body != null) {
            call.header(
                    "Content-Type", request.body() == null ? "application/x-www-form-urlencoded" : "application/json");
        }
        request.headers().forEach((name, value) -> {
            if (value.secret() == null) {
                call.header(name, new Template(value.text(), values).harmless());
            }
        });
        return call;
    }

    /** @throws IllegalArgumentException as {@link #call} */
    static URI uri(JsonQuery.Request request, Map<String, String> values) {
        String url = new Template(request.url(), values).url();
        if (request.parameters().isEmpty()) {
            return HttpCall.address(url);
        }
        return HttpCall.address(url + (url.contains("?") ? "&" : "?") + encoded(request.parameters(), values));
    }

    private static String body(JsonQuery.Request request, Map<String, String> values) {
        if (request.body() != null) {
            return new Template(request.body(), values).harmless();
        }
        return request.form().isEmpty() ? null : encoded(request.form(), values);
    }

    private static String encoded(Map<String, String> texts, Map<String, String> values) {
        return texts.entrySet().stream()
                .map(e -> encoded(e.getKey()) + "=" + encoded(new Template(e.getValue(), values).harmless()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who gets the canary whatever the weight says, while it is above zero; each part may be null.
 *
 * @param header a request header; its value {@code always} selects the canary and {@code never} the stable version
 * @param headerValue the value that selects the canary instead of {@code always}
 * @param cookie a cookie, with the same two values
 */
public record AlwaysCanary(String header, String headerValue, String cookie) {

    private static final String PREFIX = "nginx.ingress.kubernetes.io/";
    private static final List<String> ANNOTATIONS = List.of(
            PREFIX + "canary-by-header",
            PREFIX + "canary-by-header-value",
            PREFIX + "canary-by-header-pattern",
            PREFIX + "canary-by-cookie");

    /**
     * They go with the weight: nginx looks at header and cookie before the weight, and a canary that was taken back
     * must not go on serving whoever sends one.
     */
    void write(ObjectNode ingress, boolean on) {
        annotations().forEach((name, value) -> KubeObject.annotate(ingress, name, on ? value : null));
    }

    boolean written(KubeObject ingress, boolean on) {
        return annotations().entrySet().stream()
                .allMatch(a -> java.util.Objects.equals(ingress.annotation(a.getKey()), on ? a.getValue() : null));
    }

    private Map<String, String> annotations() {
        Map<String, String> all = new LinkedHashMap<>();
        if (header != null) {
            all.put(PREFIX + "canary-by-header", header);
        }
        if (headerValue != null) {
            all.put(PREFIX + "canary-by-header-value", headerValue);
        }
        if (cookie != null) {
            all.put(PREFIX + "canary-by-cookie", cookie);
        }
        return all;
    }

    /** Such annotations that the plan does not name: nobody takes them away. */
    List<String> foreign(KubeObject ingress) {
        List<String> found = new ArrayList<>();
        JsonNode annotations = ingress.metadata().path("annotations");
        for (String name : ANNOTATIONS) {
            if (annotations.has(name) && !annotations().containsKey(name)) {
                found.add(name);
            }
        }
        return found;
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What sections have in common that describe requests. Headers have names and values that can be sent, and no secrets. */
final class RequestTypes {

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern SECRET_HEADER = Pattern.compile(
            "(proxy-)?authorization|cookie|.*(token|secret|password|api-?key).*", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OURS =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

    static final KeyType HEADERS = KeyType.of(
            "values by name",
            Map.of("type", "object", "additionalProperties", Map.of("type", List.of("string", "number", "boolean"))),
            RequestTypes::headers);

    /** A path that stays a path, whatever stands in front of it. */
    static final KeyType PATH = KeyType.matching(
            "path",
            Pattern.compile("/[!$-;=?-Z_a-z~]*"),
            "a path",
            "write for example /api/v1/orders?limit=1, percent-encoded where needed");

    /** How the rate limit's headers begin. */
    static final KeyType PREFIX =
            words("RateLimit, X-RateLimit", "how the rate limit's headers begin", "write RateLimit or X-RateLimit");

    private RequestTypes() {}

    private static Map<String, String> headers(YamlNode node) {
        YamlObject o = node.object();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : o.keys()) {
            YamlNode value = o.value(name);
            if (!HEADER.matcher(name).matches()) {
                o.key(name).error(YamlNode.shown(name) + " is not a header's name", "write for example Accept");
            } else if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
                o.key(name).error("the header " + name + " is set by the connection itself", "remove it");
            } else if (SECRET_HEADER.matcher(name).matches()) {
                o.key(name)
                        .error(
                                "the header " + name + " carries a secret, and a plan holds none",
                                "write auth: { bearer: env:TOKEN } beside the headers");
            } else {
                String text = value.text();
                if (text != null && text.chars().anyMatch(c -> c < ' ' || c >= 127)) {
                    value.error(
                            "a header's value is plain ASCII on one line", "remove line breaks and other characters");
                } else if (text != null) {
                    headers.put(name, text);
                }
            }
        }
        return headers;
    }

    static KeyType rps(Function<YamlNode, Double> reader) {
        return KeyType.of(
                "number, at most 500", Map.of("type", "number", "exclusiveMinimum", 0, "maximum", 500), reader);
    }

    /** Requests a second, more than none and at most so many. */
    static Double rate(YamlNode node, double most) {
        Double rps = node.number();
        if (rps != null && !(rps > 0 && rps <= most)) {
            node.error(
                    YamlNode.shown(node.text()) + " is not a rate that may be sent",
                    "write more than 0 and at most " + Units.write(most, Unit.COUNT) + " a second");
            return null;
        }
        return rps;
    }

    static KeyType words(String words, String what, String remedy) {
        List<String> list = List.of(words.split(", "));
        Pattern pattern = Pattern.compile(String.join("|", list));
        return KeyType.oneOf(list, node -> node.matching(pattern, what, remedy));
    }

    /** What stands in front of RateLimit-Limit and the others. */
    static String prefix(String begin) {
        return begin.startsWith("X-") ? "X-" : "";
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads headers of requests: names and values that can be sent, and no secrets. */
final class HeadersReader {

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern SECRET_HEADER = Pattern.compile(
            "(proxy-)?authorization|cookie|.*(token|secret|password|api-?key).*", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OURS =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

    private HeadersReader() {}

    static Map<String, String> read(YamlNode node) {
        YamlObject o = node.object();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : o.keys()) {
            YamlNode value = o.get(name).orElseThrow();
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
}

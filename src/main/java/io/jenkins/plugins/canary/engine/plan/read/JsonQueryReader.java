package io.jenkins.plugins.canary.engine.plan.read;

import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.AuthReader;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.json.JsonPathExpression;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads {@code json:} of one metric: what is asked of a service, and where in its answer the number is. */
record JsonQueryReader(Map<Track, String> labels, Target target) {

    private static final int LONGEST_PATH = 1_000;
    private static final int LONGEST_BODY = 20_000;

    /** A JSON number, as YAML and JSON both write it; YAML's other numbers go as text. */
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,17})(\\.\\d{1,18})?([eE][+-]?\\d{1,3})?");

    private static final Pattern TIMES =
            Pattern.compile("\\{\\{\\s*(from|fromMillis|to|toMillis|step|stepMillis)\\s*}}");
    private static final Pattern SECRET =
            Pattern.compile("((?:[A-Za-z][A-Za-z0-9-]* )?)((?:env|file|credentials):\\S.*)");
    private static final Set<Placeholders> IN_ADDRESSES_ONLY = Set.of(Placeholders.LABELS);

    static final KeyType PATH = KeyType.text("JSONPath", LONGEST_PATH, JsonQueryReader::path);

    static final KeyType HEADERS = KeyType.byName("values or secrets by name", KeyType.SCALAR, null);

    private static final KeyType BODY = KeyType.of(
            "text, or what is sent as JSON",
            Map.of(
                    "anyOf",
                    List.of(Map.of("type", "string", "pattern", "\\S"), Map.of("type", List.of("object", "array")))),
            JsonQueryReader::body);

    static final Section JSON = Section.of(
                    "json",
                    "What is asked for a JSON document, and where in it the number is.",
                    Map.of(
                            "JSONPath",
                            PATH,
                            "method",
                            KeyType.oneOf(List.of("GET", "POST"), null),
                            "headers",
                            HEADERS,
                            "body",
                            BODY,
                            "take",
                            KeyType.choice(JsonQuery.Take.class),
                            "auth",
                            AuthReader.TYPE),
                    """
            url        | address  | required, `http://reports:8080/quality?track={{track}}` | The address; [placeholders](#placeholders) stand for what differs.
            method     | method   | `GET`, or `POST` with a body or a form | How it is asked. It must only read: after a broken connection it is sent again.
            parameters | texts by name | none | Parameters that are added to the address, percent-encoded.
            headers    | headers  | none | Sent with the request. A value may be a [secret](#how-values-are-written), also behind a word: `Api-Token credentials:dynatrace`.
            body       | body     | none | What is sent. YAML is sent as JSON, where a text of nothing but `{{from}}`, `{{to}}` or `{{step}}` becomes a number.
            form       | texts by name | none | What is sent as an HTML form is, instead of a body.
            path       | JSONPath | required, `$.errors.total` | What yields one number, or with `take` a list of them; a filter matches text with `[?(@.name =~ /api-.*/)]`, in RE2's syntax.
            time       | JSONPath | none, which takes the document to be of now | What yields when the number was measured: seconds or milliseconds since the epoch, or ISO 8601. With `take` a list of as many.
            take       | take     | none, which wants one number | Which of several points counts: the one with the latest time, or a figure over those of the window. Points without a value and from the future are left out.
            errors     | list of JSONPath | none | Where the service says that it failed though its status is 200: when one finds anything but null, false, 0 or what is empty, the metric is unavailable.
            delay      | duration or `0s` | `0s` | How far before now the asked time ends, for a service that has its samples later.
            auth       | auth     | none | How to sign in.
            """)
            .rule("{'not': {'required': ['body', 'form']}}");

    JsonQuery read(YamlNode node) {
        YamlObject o = JSON.at(node);
        boolean sends = o.has("body") || o.has("form");
        String method = o.get("method", YamlNode::text, sends ? "POST" : "GET");
        if (!List.of("GET", "POST").contains(method)) {
            o.value("method").error("a metric is read, which only GET and POST do", "write GET or POST");
        } else if (sends && method.equals("GET")) {
            o.value("method").error("a GET sends neither body nor form", "write method: POST, or parameters:");
        }
        if (o.has("body") && o.has("form")) {
            o.key("form").error("both body and form are given", "keep one of them");
        }
        String url = o.get("url");
        if (url != null) {
            placeholders(o.value("url"), url, true);
        }
        String path = o.get("path");
        if (path != null) {
            Placeholders.check(o.value("path"), path, target, Placeholders.OF_TRACKS);
        }
        JsonQuery.Request request = new JsonQuery.Request(
                method, url, texts(o, "parameters"), headers(o), filled(o, "body"), texts(o, "form"));
        return new JsonQuery(
                request,
                path,
                o.get("time"),
                o.get("take"),
                o.getOr("errors", List.of()),
                o.getOr("delay", Duration.ZERO),
                o.getOr("auth", Auth.NONE));
    }

    private String filled(YamlObject o, String key) {
        String text = o.get(key);
        if (text != null) {
            placeholders(o.value(key), text, false);
        }
        return text;
    }

    private Map<String, String> texts(YamlObject o, String key) {
        Map<String, String> texts = o.getOr(key, Map.of());
        texts.forEach((name, text) -> placeholders(o.value(key).at(name), text, false));
        return texts;
    }

    private void placeholders(YamlNode node, String text, boolean address) {
        List<Placeholders> allowed = Arrays.stream(Placeholders.values())
                .filter(p -> address || !IN_ADDRESSES_ONLY.contains(p))
                .toList();
        Placeholders.check(node, text, target, allowed);
        if (address && Placeholders.LABELS.in(text) && !labels.containsKey(Track.CANARY)) {
            node.error("{{labels}} stands for nothing: the plan has no labels", "add metrics.labels.canary and stable");
        }
    }

    private Map<String, JsonQuery.Header> headers(YamlObject o) {
        Map<String, JsonQuery.Header> headers = o.get("headers", JsonQueryReader::headers, Map.of());
        headers.forEach((name, value) -> placeholders(o.value("headers").at(name), value.text(), false));
        return headers;
    }

    static Map<String, JsonQuery.Header> headers(YamlNode node) {
        YamlObject o = node.object();
        return o.map(name -> {
            YamlNode value = o.value(name);
            Matcher secret = SECRET.matcher(value.isScalar() ? value.scalar() : "");
            if (!secret.matches()) {
                String text = RequestTypes.header(o, name, "write credentials:ID, env:NAME or file:PATH as its value");
                return text == null ? null : new JsonQuery.Header(text, null);
            }
            RequestTypes.name(o, name);
            Secrets.Ref ref = value.secret(secret.group(2));
            return ref == null ? null : new JsonQuery.Header(secret.group(1), ref);
        });
    }

    /** The text as it is sent, with placeholders in it; null after reporting what is wrong. */
    private static String body(YamlNode node) {
        String text = node.isScalar() ? node.text() : json(node);
        if (text != null && text.length() > LONGEST_BODY) {
            node.error("the body is longer than " + LONGEST_BODY + " characters", "ask for less");
            return null;
        }
        return text;
    }

    private static String json(YamlNode node) {
        if (node.isObject()) {
            YamlObject o = node.object();
            return o.keys().stream()
                    .map(key -> TextNode.valueOf(key) + ":" + json(o.value(key)))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isList()) {
            List<String> items = new ArrayList<>();
            node.list().forEach(item -> items.add(json(item)));
            return "[" + String.join(",", items) + "]";
        }
        String text = node.scalar();
        Tag tag = ((ScalarNode) node.node()).getTag();
        boolean number = (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT))
                && NUMBER.matcher(text).matches();
        if (number || tag.equals(Tag.STR) && TIMES.matcher(text).matches()) {
            return text;
        }
        if (tag.equals(Tag.NULL)) {
            return "null";
        }
        return tag.equals(Tag.BOOL)
                ? String.valueOf(node.bool())
                : TextNode.valueOf(text).toString();
    }

    /** A JSONPath expression, in which placeholders may stand; null after reporting that it is none. */
    private static String path(YamlNode node) {
        return node.parsed(
                node.shortText(LONGEST_PATH),
                text -> {
                    JsonPathExpression.compile(Placeholders.filled(text));
                    return text;
                },
                "{} is not a JSONPath expression",
                "write for example $.data.errorRate");
    }
}

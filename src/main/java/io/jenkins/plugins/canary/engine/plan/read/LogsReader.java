package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.AuthReader;
import io.jenkins.plugins.canary.engine.metric.JsonQuery;
import io.jenkins.plugins.canary.engine.metric.LogSettings;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads {@code metrics.logs:}, where log lines are read and which of them are errors. */
record LogsReader(Target target) {

    private static final int LONGEST_QUERY = 5_000;
    private static final List<Placeholders> OF_ROLLOUTS =
            List.of(Placeholders.TARGET, Placeholders.NAMESPACE, Placeholders.VERSION);

    private static final Map<String, KeyType> TYPES = Map.of(
            "auth",
            AuthReader.TYPE,
            "headers",
            JsonQueryReader.HEADERS,
            "tenant",
            SourceReader.TENANT,
            "index",
            KeyType.matching(
                    "text",
                    Pattern.compile("[A-Za-z0-9*][A-Za-z0-9_.,*-]{0,250}"),
                    "the name of an index",
                    "write an index, a data stream or a pattern, such as logs-shop-*"),
            "field",
            KeyType.matching(
                    "field",
                    Pattern.compile("[A-Za-z0-9_@][A-Za-z0-9_@.-]{0,250}"),
                    "the name of a field",
                    "write the field that holds the text of a line, such as message"));

    private static final String SIGN_IN = """
            headers | headers | none | Sent with each request. A value may be a [secret](#how-values-are-written), also behind a word: `ApiKey credentials:elastic`.
            auth    | auth    | none | How to sign in.
            """;

    private static final Section LOKI = Section.of("loki", "Grafana Loki.", TYPES, """
            url     | fixed address | required, `http://loki.monitoring:3100` | The server's base address.
            tenant  | tenant        | none | Whose lines, in a server that keeps those of several; sent as `X-Scope-OrgID`.
            """, SIGN_IN);

    private static final Section ELASTICSEARCH = Section.of(
            "elasticsearch",
            "Elasticsearch or OpenSearch; the time of a document is in `@timestamp`.",
            TYPES,
            """
            url     | fixed address | required, `https://elasticsearch.monitoring:9200` | The server's base address.
            index   | index         | required, such as `logs-shop-*` | An index, data stream or pattern.
            message | field         | `message` | The field with the text of a line.
            """,
            SIGN_IN);

    static final Section LOGS = Section.of(
                    "logs",
                    "Log lines of both versions: [how errors are counted](metrics/logs.md).",
                    Map.of(
                            "loki",
                            LOKI.type(),
                            "elasticsearch",
                            ELASTICSEARCH.type(),
                            "query",
                            KeyType.text("text", null)),
                    """
            loki          | loki          | none | Lines in Loki.
            elasticsearch | elasticsearch | none | Lines in Elasticsearch or OpenSearch.
            canary        | query         | required, `'{app="shop", version="{{version}}"}'` | What selects the canary's lines: LogQL, or a query string of Elasticsearch. `{{track}}`, `{{target}}`, `{{namespace}}` and `{{version}}` may stand in it.
            stable        | query         | required, `'{app="shop", version!="{{version}}"}'` | What selects stable's lines.
            baseline      | query         | none | What selects the lines of a [baseline](drivers/baseline.md), where the rollout makes one.
            errors        | query         | required | What leaves the errors of them: a LogQL pipeline such as a line filter, or a query string.
            delay         | duration or `0s` | `10s` | What lines need until they can be found. A tick reads what was logged until so long ago; lines that come up to twice as late still count.
            lookback      | duration or `0s` | `1h` | How far back stable's errors are read when the rollout begins, to know what is not new.
            limit         | whole 10..5000 | `1000` | Error lines of a version that a tick reads; of more the newest.
            """)
            .rule("{'oneOf': [{'required': ['loki']}, {'required': ['elasticsearch']}]}");

    /** Null after reporting what is broken. */
    LogSettings read(YamlNode node) {
        YamlObject o = LOGS.at(node);
        if (node.isObject() && o.has("loki") == o.has("elasticsearch")) {
            node.error(
                    o.has("loki") ? "both loki and elasticsearch are given" : "neither loki nor elasticsearch is given",
                    "write loki: { url: http://loki:3100 } or elasticsearch: { url: ..., index: ... }");
            return null;
        }
        boolean logQl = o.has("loki");
        YamlNode place = o.value(logQl ? "loki" : "elasticsearch");
        if (place == null) {
            return null;
        }
        YamlObject at = (logQl ? LOKI : ELASTICSEARCH).at(place);
        String url = at.get("url");
        LogSettings.Server server = logQl
                ? new LogSettings.Loki(url, at.get("tenant"))
                : new LogSettings.Elasticsearch(url, at.get("index"), at.get("message"));
        Map<String, JsonQuery.Header> headers = at.get("headers", JsonQueryReader::headers, Map.of());
        String canary = query(o, "canary", logQl ? "{" : "", Placeholders.OF_TRACKS);
        String stable = query(o, "stable", logQl ? "{" : "", Placeholders.OF_TRACKS);
        String errors = query(o, "errors", logQl ? "|!" : "", OF_ROLLOUTS);
        if (canary == null || stable == null || errors == null || url == null) {
            return null;
        }
        if (canary.equals(stable) && !Placeholders.TRACK.in(canary)) {
            o.key("stable")
                    .error(
                            "canary and stable select the same lines",
                            "select each version's lines, for example by version=\"{{version}}\" and version!=\"{{version}}\"");
        }
        Map<Track, String> lines = new EnumMap<>(Track.class);
        lines.put(Track.CANARY, canary);
        lines.put(Track.STABLE, stable);
        if (o.has("baseline")) {
            lines.put(Track.BASELINE, query(o, "baseline", logQl ? "{" : "", Placeholders.OF_TRACKS));
            lines.values().removeIf(Objects::isNull);
        }
        return new LogSettings(
                server,
                lines,
                errors,
                o.get("delay"),
                o.get("lookback"),
                o.<Long>get("limit").intValue(),
                headers,
                at.getOr("auth", Auth.NONE));
    }

    /** @param begins one of these is its first character; "" for any */
    private String query(YamlObject o, String key, String begins, List<Placeholders> allowed) {
        String text = o.get(key, n -> n.shortText(LONGEST_QUERY));
        if (text == null) {
            return null;
        }
        Placeholders.check(o.value(key), text, target, allowed);
        if (!begins.isEmpty() && begins.indexOf(text.strip().charAt(0)) < 0) {
            o.value(key)
                    .error(
                            YamlNode.shown(text) + " is not LogQL that "
                                    + (begins.equals("{") ? "selects lines" : "leaves some of the lines"),
                            begins.equals("{")
                                    ? "write {app=\"shop\", version=\"{{version}}\"}"
                                    : "write |= \"ERROR\", or | json | level=\"error\"");
            return null;
        }
        return text.strip();
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.AuthReader;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Reads {@code metrics.prometheus} or {@code metrics.scrape}: addresses, pace and how to sign in. */
final class SourceReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Of one track. */
    private static final int MOST_ENDPOINTS = 100;

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

    static final KeyType TENANT = KeyType.matching(
            "text",
            Pattern.compile("[A-Za-z0-9!_.*'()-]+(\\|[A-Za-z0-9!_.*'()-]+)*"),
            "the name of a tenant",
            "write letters, digits and !-_.*'() only, several names joined by |");

    private static final KeyType ADDRESSES = KeyType.of(
            "list of addresses, 1 to 100",
            Map.of(
                    "type",
                    "array",
                    "minItems",
                    1,
                    "maxItems",
                    MOST_ENDPOINTS,
                    "uniqueItems",
                    true,
                    "items",
                    Map.of("type", "string", "pattern", "^https?://[^\\s@/]+(/\\S*)?$")),
            null);

    /** The time between two ticks. */
    static final KeyType INTERVAL =
            KeyType.string("duration, `100ms` or more", KeyType.DURATION, SourceReader::interval);

    private static final Map<String, KeyType> TYPES =
            Map.of("interval", INTERVAL, "auth", AuthReader.TYPE, "tenant", TENANT, "addresses", ADDRESSES);

    private static final String ROWS = """
            interval       | interval | that of `metrics` | The time between two ticks.
            scrapeInterval | duration | that of `interval` | How often the source itself gets new samples. Set it to Prometheus' `scrape_interval`: windows are held against it.
            timeout        | duration | `10s`, or `interval` where that is shorter | How long to wait for an answer.
            auth           | auth     | none       | How to sign in.
            """;

    static final Section PROMETHEUS = Section.of(
                    "prometheus", "A Prometheus server, or what speaks its API.", TYPES, """
            url    | fixed address | none | The server's base address, such as `http://prometheus.monitoring:9090`.
            server | text          | none | The name of a server configured in Jenkins, which brings its own way to sign in.
            """, ROWS, """
            tenant | tenant        | none | Whose series, in a server that keeps those of several, such as Mimir; sent as `X-Scope-OrgID`.
            """)
            .rule("{'oneOf': [{'required': ['url']}, {'required': ['server'], 'not': {'anyOf': [{'required': ['auth']},"
                    + " {'required': ['tenant']}]}}]}");

    static final Section SCRAPE =
            Section.of("scrape", "The services' own `/metrics`, read directly.", TYPES, """
            canary | addresses | required, `[ "http://canary:8080/metrics" ]` | The canary's endpoints; `{{track}}`, `{{target}}`, `{{namespace}}` and `{{version}}` may stand in them.
            stable | addresses | required, `[ "http://stable:8080/metrics" ]` | The stable version's endpoints.
            """, ROWS);

    private SourceReader() {}

    /** A source, and how often it is asked and gets new samples itself. */
    record Read(SourceSettings settings, Duration interval, Duration scrapeInterval) {}

    /** @param interval unless the source says otherwise */
    static Read prometheus(YamlNode node, Duration interval) {
        YamlObject o = PROMETHEUS.at(node);
        if (node.isObject() && o.has("url") == o.has("server")) {
            node.error(
                    o.has("url") ? "both url and server are given" : "neither url nor server is given",
                    "write url: http://prometheus:9090, or server: with the name of one configured in Jenkins");
        }
        if (o.has("server") && o.has("auth")) {
            o.key("auth").error("a configured server brings its own way to sign in", "remove auth");
        }
        if (o.has("server") && o.has("tenant")) {
            o.key("tenant").error("a configured server brings its own tenant", "remove tenant");
        }
        return read(
                o,
                interval,
                (auth, timeout) ->
                        new SourceSettings.Prometheus(o.get("url"), o.get("server"), auth, o.get("tenant"), timeout));
    }

    /** @param interval unless the source says otherwise */
    static Read scrape(YamlNode node, Target target, Duration interval) {
        YamlObject o = SCRAPE.at(node);
        List<String> canary = o.get("canary", n -> urls(n, target));
        List<String> stable = o.get("stable", n -> urls(n, target));
        if (canary != null
                && stable != null
                && stable.stream().anyMatch(url -> canary.contains(url) && !Placeholders.TRACK.in(url))) {
            o.key("stable")
                    .error(
                            "an endpoint is in both lists, so both tracks would read the same series",
                            "list each endpoint under the version that it serves");
        }
        return read(
                o,
                interval,
                (auth, timeout) -> new SourceSettings.Scrape(
                        canary == null ? List.of() : canary, stable == null ? List.of() : stable, auth, timeout));
    }

    /** What both sources have. Unless the plan says otherwise, an answer is not waited for beyond the next tick. */
    private static Read read(YamlObject o, Duration ticks, BiFunction<Auth, Long, SourceSettings> settings) {
        Auth auth = o.getOr("auth", Auth.NONE);
        Duration interval = o.getOr("interval", ticks);
        Duration usual = interval.compareTo(TIMEOUT) < 0 ? interval : TIMEOUT;
        long timeout = o.getOr("timeout", usual).toMillis();
        return new Read(settings.apply(auth, timeout), interval, o.getOr("scrapeInterval", interval));
    }

    private static Duration interval(YamlNode node) {
        return node.checked(
                node.positive(),
                interval -> interval.compareTo(SHORTEST_INTERVAL) >= 0,
                "a tick every {} is more than a source can answer",
                "write 100ms or more; 15s is usual");
    }

    private static List<String> urls(YamlNode node, Target target) {
        List<YamlNode> items = node.list();
        if (node.isList() && items.isEmpty()) {
            node.error("no endpoint is listed", "list at least one address of /metrics");
        }
        if (items.size() > MOST_ENDPOINTS) {
            node.error(
                    items.size() + " endpoints are listed, each of which is read at every tick; the most is "
                            + MOST_ENDPOINTS,
                    "list some of them, or read the metrics from a Prometheus that scrapes them all");
            return null;
        }
        List<String> urls = node.list(n -> endpoint(n, target));
        if (new HashSet<>(urls).size() < urls.size()) {
            node.error("an endpoint is listed twice, so its requests would count twice", "list it once");
        }
        return urls;
    }

    private static String endpoint(YamlNode node, Target target) {
        String url = node.url();
        if (url != null) {
            Placeholders.check(node, url, target, Placeholders.OF_TRACKS);
        }
        return url;
    }
}

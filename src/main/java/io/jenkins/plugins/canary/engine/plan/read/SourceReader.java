package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code metrics.prometheus} or {@code metrics.scrape}: addresses, pace and how to sign in. */
final class SourceReader {

    static final Duration INTERVAL = Duration.ofSeconds(15);
    static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** Of one track. */
    private static final int MOST_ENDPOINTS = 100;

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9!_.*'()-]+(\\|[A-Za-z0-9!_.*'()-]+)*");
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

    private SourceReader() {}

    /** A source, and how often it is asked and gets new samples itself. */
    record Read(SourceSettings settings, Duration interval, Duration scrapeInterval) {
        static final Read NONE = new Read(null, INTERVAL, INTERVAL);
    }

    static Read prometheus(YamlNode node) {
        YamlObject o = Section.PROMETHEUS.at(node);
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
        String url = o.get("url", SourceReader::fixedUrl, null);
        String server = o.get("server", YamlNode::text, null);
        Auth auth = o.get("auth", AuthReader::read, Auth.NONE);
        Duration interval = interval(o);
        return new Read(
                new SourceSettings.Prometheus(
                        url, server, auth, o.get("tenant", SourceReader::tenant, null), timeoutMillis(o, interval)),
                interval,
                o.get("scrapeInterval", YamlNode::positive, interval));
    }

    /** What Mimir takes as the name of a tenant, or several joined by bars. */
    private static String tenant(YamlNode node) {
        String text = node.text();
        if (text != null && !TENANT.matcher(text).matches()) {
            node.error(
                    YamlNode.shown(text) + " is not the name of a tenant",
                    "write letters, digits and !-_.*'() only, several names joined by |");
            return null;
        }
        return text;
    }

    static Read scrape(YamlNode node, Target target) {
        YamlObject o = Section.SCRAPE.at(node);
        List<String> canary = o.need("canary", n -> urls(n, target), "[ \"http://canary:8080/metrics\" ]");
        List<String> stable = o.need("stable", n -> urls(n, target), "[ \"http://stable:8080/metrics\" ]");
        if (canary != null
                && stable != null
                && stable.stream().anyMatch(url -> canary.contains(url) && !Placeholders.TRACK.in(url))) {
            o.key("stable")
                    .error(
                            "an endpoint is in both lists, so both tracks would read the same series",
                            "list each endpoint under the version that it serves");
        }
        Auth auth = o.get("auth", AuthReader::read, Auth.NONE);
        Duration interval = interval(o);
        return new Read(
                new SourceSettings.Scrape(
                        canary == null ? List.of() : canary,
                        stable == null ? List.of() : stable,
                        auth,
                        timeoutMillis(o, interval)),
                interval,
                o.get("scrapeInterval", YamlNode::positive, interval));
    }

    private static Duration interval(YamlObject o) {
        return o.get(
                "interval",
                n -> {
                    Duration d = n.positive();
                    if (d != null && d.compareTo(SHORTEST_INTERVAL) < 0) {
                        n.error(
                                "a tick every " + YamlNode.shown(n.text()) + " is more than a source can answer",
                                "write 100ms or more; 15s is usual");
                        return null;
                    }
                    return d;
                },
                INTERVAL);
    }

    /** Unless the plan says otherwise, an answer is not waited for beyond the next tick. */
    private static long timeoutMillis(YamlObject o, Duration interval) {
        Duration usual = interval.compareTo(TIMEOUT) < 0 ? interval : TIMEOUT;
        return o.get("timeout", YamlNode::positive, usual).toMillis();
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
        List<String> urls = items.stream()
                .map(n -> endpoint(n, target))
                .filter(Objects::nonNull)
                .toList();
        Set<String> seen = new HashSet<>();
        if (!urls.stream().allMatch(seen::add)) {
            node.error("an endpoint is listed twice, so its requests would count twice", "list it once");
        }
        return urls;
    }

    private static String endpoint(YamlNode node, Target target) {
        String url = node.url();
        if (url != null) {
            Placeholders.check(
                    node,
                    url,
                    target,
                    Placeholders.TRACK,
                    Placeholders.TARGET,
                    Placeholders.NAMESPACE,
                    Placeholders.VERSION);
        }
        return url;
    }

    /** One server answers for both tracks and every rollout, so its address holds no placeholder. */
    private static String fixedUrl(YamlNode node) {
        String url = node.url();
        if (url != null && url.contains("{{")) {
            node.error("a server's address has no placeholders", "write the address itself");
            return null;
        }
        return url;
    }
}

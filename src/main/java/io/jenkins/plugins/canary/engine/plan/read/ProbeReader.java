package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.probe.CorsProbe;
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.HttpProbe;
import io.jenkins.plugins.canary.engine.probe.JwtReplayProbe;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeLimits;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest;
import io.jenkins.plugins.canary.engine.probe.RateLimitProbe;
import io.jenkins.plugins.canary.engine.probe.TokenAlgorithm;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads one probe under {@code probes.run:}: one key that says which kind it is, and how often it is asked. */
final class ProbeReader {

    private static final List<String> KINDS = List.of("http", "rateLimit", "persistence", "cors", "jwtReplay");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^#\"<>\\\\^`{|}\\[\\]]]*");
    private static final Pattern METHOD = Pattern.compile("GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE");
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d{1,5})?");
    private static final Pattern PREFIX = Pattern.compile("RateLimit|X-RateLimit");
    private static final String USUAL_FOREIGN = "https://foreign.example";
    private static final Duration USUAL_LIFETIME = Duration.ofMinutes(1);
    private static final Duration USUAL_RESTART = Duration.ofMinutes(2);

    private final String name;
    private final ProbeLimits limits;
    private final Target target;
    private Duration every;

    ProbeReader(String name, ProbeLimits limits, Target target) {
        this.name = name;
        this.limits = limits;
        this.target = target;
    }

    /** Null after reporting when nothing can be made of it. */
    Probe read(YamlNode node) {
        YamlObject o = Section.PROBE.at(node);
        every = o.get("every", YamlNode::positive, Probe.EVERY);
        List<String> given = KINDS.stream().filter(o::has).toList();
        if (node.isObject() && given.size() != 1) {
            node.error(
                    given.isEmpty() ? "the probe does not say what it asks" : "the probe asks several things at once",
                    "write exactly one of: " + String.join(", ", KINDS));
            return null;
        }
        if (given.isEmpty()) {
            return null;
        }
        YamlNode kind = o.get(given.get(0)).orElseThrow();
        Probe probe =
                switch (given.get(0)) {
                    case "http" -> http(Section.HTTP_PROBE.at(kind));
                    case "rateLimit" -> rateLimit(Section.RATE_LIMIT.at(kind));
                    case "persistence" -> persistence(Section.PERSISTENCE.at(kind));
                    case "cors" -> cors(Section.CORS.at(kind));
                    default -> jwtReplay(Section.JWT_REPLAY.at(kind));
                };
        if (probe != null && probe.requests() > limits.requests()) {
            kind.error(
                    "the probe sends " + probe.requests() + " requests, and " + limits.requests() + " is the limit",
                    "send fewer, or raise probes.limits.requests to at most " + ProbeLimits.MOST_REQUESTS);
        }
        return probe;
    }

    private Probe http(YamlObject o) {
        ProbeRequest shot = shot(o);
        int requests = o.get("requests", this::requests, 1L).intValue();
        Double rps = o.get("rps", n -> ProbesReader.rate(n, limits.rps()), null);
        Expectations expect = ExpectReader.read(o.get("expect").orElse(null), rps != null || o.has("rps"));
        double seconds = rps == null ? 0 : requests / rps;
        if (seconds > limits.time().toMillis() / 1e3) {
            o.get("rps")
                    .orElseThrow()
                    .error(
                            "at this rate " + requests + " requests take " + Math.round(seconds)
                                    + "s, longer than probes.limits.time lets a probe take",
                            "write a higher rate, or fewer requests");
        }
        return shot == null ? null : new HttpProbe(name, every, shot, requests, concurrency(o, 1), rps, expect);
    }

    private Probe rateLimit(YamlObject o) {
        ProbeRequest shot = shot(o);
        Long limit = o.need("limit", n -> n.whole(1, ProbeLimits.MOST_REQUESTS), "100");
        if (limit == null || shot == null) {
            return null;
        }
        long usual = limit + Math.max(5, limit / 5);
        int requests = o.get("requests", this::requests, usual).intValue();
        if (requests <= limit) {
            o.get("requests")
                    .orElseThrow()
                    .error(
                            "with " + requests + " requests the limit of " + limit + " is never passed",
                            "write more than the limit, or leave it out for " + usual);
        }
        return new RateLimitProbe(name, every, shot, limit.intValue(), requests, concurrency(o, 10), prefix(o));
    }

    private Probe persistence(YamlObject o) {
        ProbeRequest shot = shot(o);
        int each = o.get("requests", this::requests, 5L).intValue();
        PersistenceProbe.Restart restart =
                o.get("restart", this::restart, new PersistenceProbe.Restart(null, null, null, USUAL_RESTART));
        if (restart.deployment() == null && target.deployment().isEmpty()) {
            o.self().error("nothing says which pods are to be restarted", "write restart: { deployment: api-canary }");
        }
        return shot == null ? null : new PersistenceProbe(name, every, shot, each, prefix(o), restart);
    }

    private PersistenceProbe.Restart restart(YamlNode node) {
        YamlObject o = Section.RESTART.at(node);
        return new PersistenceProbe.Restart(
                o.get("deployment", YamlNode::text, null),
                o.get("namespace", YamlNode::text, null),
                o.get("cluster", ClusterRef::read, null),
                o.get("within", YamlNode::positive, USUAL_RESTART));
    }

    private Probe cors(YamlObject o) {
        ProbeRequest shot = shot(o);
        String foreign = o.get("foreign", ProbeReader::origin, USUAL_FOREIGN);
        String allowed = o.get("allowed", ProbeReader::origin, null);
        if (foreign.equals(allowed)) {
            o.get("foreign").orElseThrow().error("the foreign origin is the allowed one", "write another one");
        }
        return shot == null ? null : new CorsProbe(name, every, shot, foreign, allowed);
    }

    private Probe jwtReplay(YamlObject o) {
        ProbeRequest shot = shot(o);
        Secrets.Ref key = o.need("key", YamlNode::secret, "credentials:jwt-key");
        TokenAlgorithm algorithm = o.get("algorithm", ProbeReader::algorithm, TokenAlgorithm.HS256);
        Duration lifetime = o.get("lifetime", YamlNode::positive, USUAL_LIFETIME);
        return shot == null || key == null
                ? null
                : new JwtReplayProbe(
                        name, every, shot, key, algorithm, o.get("claims", ProbeReader::claims, Map.of()), lifetime);
    }

    private static TokenAlgorithm algorithm(YamlNode node) {
        String text = node.text();
        if (text != null
                && Arrays.stream(TokenAlgorithm.values())
                        .noneMatch(a -> a.name().equals(text))) {
            node.error(YamlNode.shown(text) + " is no algorithm for tokens", "write HS256, RS256 or ES256");
            return null;
        }
        return text == null ? null : TokenAlgorithm.valueOf(text);
    }

    private static Map<String, String> claims(YamlNode node) {
        YamlObject o = node.object();
        Map<String, String> claims = new LinkedHashMap<>();
        for (String claim : o.keys()) {
            String value = o.get(claim).orElseThrow().text();
            if (List.of("jti", "iat", "nbf", "exp").contains(claim)) {
                o.key(claim).error("the claim " + claim + " is the probe's own", "remove it");
            } else if (value != null) {
                claims.put(claim, value);
            }
        }
        return claims;
    }

    private ProbeRequest shot(YamlObject o) {
        String path = o.need("path", n -> path(n), "/api/v1/orders");
        String method = o.get("method", n -> n.matching(METHOD, "a method of HTTP", "write for example GET"), "GET");
        return path == null
                ? null
                : new ProbeRequest(
                        method,
                        path,
                        o.get("headers", HeadersReader::read, Map.of()),
                        o.get("body", n -> n.shortText(100_000), null),
                        true);
    }

    /** A path that stays a path, whatever stands in front of it. */
    static String path(YamlNode node) {
        return node.matching(PATH, "a path", "write for example /api/v1/orders?limit=1, percent-encoded where needed");
    }

    private Long requests(YamlNode node) {
        return node.whole(1, ProbeLimits.MOST_REQUESTS);
    }

    private static int concurrency(YamlObject o, long usual) {
        return o.get("concurrency", n -> n.whole(1, ProbeLimits.MOST_AT_ONCE), usual)
                .intValue();
    }

    private static String prefix(YamlObject o) {
        return prefix(o.get("rateLimitHeaders", ProbeReader::prefixed, "RateLimit"));
    }

    static String prefixed(YamlNode node) {
        return node.matching(PREFIX, "how the rate limit's headers begin", "write RateLimit or X-RateLimit");
    }

    /** What stands in front of RateLimit-Limit and the others. */
    static String prefix(String begin) {
        return begin.startsWith("X-") ? "X-" : "";
    }

    private static String origin(YamlNode node) {
        return node.matching(ORIGIN, "an origin", "write scheme and host: https://app.example.com");
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.probe.CorsProbe;
import io.jenkins.plugins.canary.engine.probe.Expectations;
import io.jenkins.plugins.canary.engine.probe.HttpProbe;
import io.jenkins.plugins.canary.engine.probe.JwtReplayProbe;
import io.jenkins.plugins.canary.engine.probe.JwtReplayProbe.TokenAlgorithm;
import io.jenkins.plugins.canary.engine.probe.PersistenceProbe;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import io.jenkins.plugins.canary.engine.probe.RateLimitProbe;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads one probe under {@code probes.run:}: one key that says which kind it is, and how often it is asked. */
record ProbeReader(String name, ProbeLimits limits, Target target) {

    private static final List<String> OWN_CLAIMS = List.of("jti", "iat", "nbf", "exp");
    private static final List<String> KINDS = List.of("http", "rateLimit", "persistence", "cors", "jwtReplay");
    private static final int LONGEST_BODY = 100_000;

    private static final KeyType ORIGIN = KeyType.matching(
            "origin",
            Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d{1,5})?"),
            "an origin",
            "write scheme and host: https://app.example.com");

    private static final KeyType METHOD = RequestTypes.words(
            "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE", "a method of HTTP", "write for example GET");

    private static final KeyType CLAIMS = KeyType.of(
            "values by name",
            Map.of(
                    "type",
                    "object",
                    "additionalProperties",
                    KeyType.SCALAR,
                    "propertyNames",
                    Map.of("not", Map.of("enum", OWN_CLAIMS))),
            ProbeReader::claims);

    private static final Map<String, KeyType> TYPES = Map.of(
            "path",
            RequestTypes.PATH,
            "method",
            METHOD,
            "headers",
            RequestTypes.HEADERS,
            "body",
            KeyType.text("text", LONGEST_BODY, n -> n.shortText(LONGEST_BODY)),
            "rps",
            RequestTypes.rps(null),
            "expect",
            ExpectReader.EXPECT.type(),
            "prefix",
            RequestTypes.PREFIX,
            "origin",
            ORIGIN,
            "algorithm",
            KeyType.oneOf(List.of("HS256", "RS256", "ES256"), ProbeReader::algorithm),
            "claims",
            CLAIMS);

    private static final String ROWS = """
            path    | path    | required, `/api/v1/orders` | What is asked for, below the track's address.
            method  | method  | `GET` | The method of the request.
            headers | headers | none  | Sent with the request. No secrets.
            body    | body    | none  | The request's body.
            """;

    private static final Section HTTP = Section.of(
                    "httpProbe", "Passes when the answers are as expected.", TYPES, ROWS, """
                    requests    | whole 1..10000 | `1`  | How many requests.
                    concurrency | whole 1..100   | `1`  | How many requests are under way at once at most.
                    rps         | rps            | none | Requests begun a second, evenly; needed for `latency`.
                    expect      | expect         | 2xx, all of them | What the answers must be like.
                    """)
            .rule(
                    "{'if': {'required': ['expect'], 'properties': {'expect': {'required': ['latency']}}}, 'then': {'required': ['rps']}}");

    private static final Section RATE_LIMIT = Section.of(
            "rateLimit",
            "Passes when at most `limit` requests a window pass, the others are answered with 429, and both carry"
                    + " `RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset` (429 also `Retry-After`) with values that make"
                    + " sense: the limit is the limit, what remains falls and is 0 on 429, resets lie in the future.",
            TYPES,
            ROWS,
            """
            limit            | whole 1..10000 | required, `100` | How many requests a window lets through.
            requests         | whole 1..10000 | a fifth more than the limit | How many requests.
            concurrency      | whole 1..100   | `10` | How many requests are under way at once at most.
            rateLimitHeaders | prefix         | `RateLimit` | How the rate limit's headers begin.
            """);

    private static final Section RESTART = Section.of(
            "restart", "A rolling restart of the canary's pods.", Map.of("cluster", ClusterRef.CLUSTER), """
            deployment | text     | that of the router, else the target's name with `-canary` | The Deployment.
            namespace  | text     | that of the router, else the target's | Its namespace.
            cluster    | cluster  | that of the router, else the usual one | The cluster.
            within     | duration | `2m` | How long the restart may take.
            """);

    private static final Section PERSISTENCE = Section.of(
            "persistence",
            "Passes when the count goes on where it stood after a rolling restart of the canary's pods. For limits with fixed"
                    + " windows that are longer than the restart.",
            KeyType.with(TYPES, "restart", RESTART.type()),
            ROWS,
            """
            requests         | whole 1..10000 | `5` | How many requests before the restart, and how many after it.
            rateLimitHeaders | prefix         | `RateLimit` | How the rate limit's headers begin.
            restart          | restart        | its own defaults | How the pods are restarted.
            """);

    private static final Section CORS = Section.of(
            "cors",
            "Passes when the foreign origin, `null`, and origins that look like the allowed one are not allowed, neither by"
                    + " name nor by `*`, in requests and preflights; and the allowed one is, with a preflight that is answered"
                    + " with 2xx.",
            TYPES,
            ROWS,
            """
            foreign | origin | `https://foreign.example` | An origin that must not be allowed.
            allowed | origin | none, such as `https://app.example.com` | An origin that must be allowed.
            """);

    private static final Section JWT_REPLAY = Section.of(
            "jwtReplay",
            "Passes when a token, signed for this run, is accepted once and refused the second time.",
            TYPES,
            ROWS,
            """
            key       | secret    | required, `credentials:jwt-key` | What the tokens are signed with: a shared secret, or a private key (PEM, PKCS#8).
            algorithm | algorithm | `HS256` | How they are signed.
            claims    | claims    | none | Claims beside `jti`, `iat`, `nbf` and `exp`.
            lifetime  | duration  | `1m` | How long a token lasts.
            """);

    static final Section PROBE = Section.of(
                    "probe",
                    "A question that is answered by sending requests: exactly one kind, and how often.",
                    Map.of(
                            "http", HTTP.type(),
                            "rateLimit", RATE_LIMIT.type(),
                            "persistence", PERSISTENCE.type(),
                            "cors", CORS.type(),
                            "jwtReplay", JWT_REPLAY.type()),
                    """
                    http        | http        | none | Requests with expectations of the plan's own.
                    rateLimit   | rateLimit   | none | A rate limit holds, and its headers make sense.
                    persistence | persistence | none | A rate limit's counts outlive a restart of the canary's pods.
                    cors        | cors        | none | No foreign origin is allowed, and the service's own is.
                    jwtReplay   | jwtReplay   | none | A token is good for one use.
                    every       | duration    | `5m` | While a gate needs it, a result older than this is replaced by a new one. A result twice as old, plus the time that the probe took, is not used any more: the criterion holds as if its source did not answer.
                    """)
            .rule("{'oneOf': [{'required': ['http']}, {'required': ['rateLimit']}, {'required': ['persistence']},"
                    + " {'required': ['cors']}, {'required': ['jwtReplay']}]}");

    /** Null after reporting when nothing can be made of it. */
    Probe read(YamlNode node) {
        YamlObject o = PROBE.at(node);
        Duration every = o.get("every");
        List<String> given = KINDS.stream().filter(o::has).toList();
        if (given.size() != 1) {
            if (node.isObject()) {
                node.error(
                        given.isEmpty()
                                ? "the probe does not say what it asks"
                                : "the probe asks several things at once",
                        "write exactly one of: " + String.join(", ", KINDS));
            }
            return null;
        }
        YamlNode kind = o.value(given.get(0));
        Probe probe =
                switch (given.get(0)) {
                    case "http" -> http(HTTP.at(kind), every);
                    case "rateLimit" -> rateLimit(RATE_LIMIT.at(kind), every);
                    case "persistence" -> persistence(PERSISTENCE.at(kind), every);
                    case "cors" -> cors(CORS.at(kind), every);
                    default -> jwtReplay(JWT_REPLAY.at(kind), every);
                };
        if (probe != null && probe.requests() > limits.requests()) {
            kind.error(
                    "the probe sends " + probe.requests() + " requests, and " + limits.requests() + " is the limit",
                    "send fewer, or raise probes.limits.requests to at most " + ProbeLimits.MOST_REQUESTS);
        }
        return probe;
    }

    private Probe http(YamlObject o, Duration every) {
        ProbeRequest request = request(o);
        int requests = count(o, "requests");
        Double rps = o.get("rps", n -> RequestTypes.rate(n, limits.rps()));
        Expectations expect = ExpectReader.read(o.value("expect"), rps != null || o.has("rps"));
        double seconds = rps == null ? 0 : requests / rps;
        if (seconds > limits.time().toMillis() / 1e3) {
            o.value("rps")
                    .error(
                            "at this rate " + requests + " requests take " + Math.round(seconds)
                                    + "s, longer than probes.limits.time lets a probe take",
                            "write a higher rate, or fewer requests");
        }
        return request == null
                ? null
                : new HttpProbe(name, every, request, requests, count(o, "concurrency"), rps, expect);
    }

    private Probe rateLimit(YamlObject o, Duration every) {
        ProbeRequest request = request(o);
        Long limit = o.get("limit");
        if (limit == null || request == null) {
            return null;
        }
        long usual = limit + Math.max(5, limit / 5);
        int requests = o.getOr("requests", usual).intValue();
        if (requests <= limit) {
            o.value("requests")
                    .error(
                            "with " + requests + " requests the limit of " + limit + " is never passed",
                            "write more than the limit, or leave it out for " + usual);
        }
        return new RateLimitProbe(
                name, every, request, limit.intValue(), requests, count(o, "concurrency"), o.get("rateLimitHeaders"));
    }

    private Probe persistence(YamlObject o, Duration every) {
        ProbeRequest request = request(o);
        int each = count(o, "requests");
        PersistenceProbe.Restart restart = o.has("restart")
                ? restart(o.value("restart"))
                : new PersistenceProbe.Restart(null, null, null, Duration.ofMinutes(2));
        if (restart.deployment() == null && target.deployment().isEmpty()) {
            o.self().error("nothing says which pods are to be restarted", "write restart: { deployment: api-canary }");
        }
        return request == null
                ? null
                : new PersistenceProbe(name, every, request, each, o.get("rateLimitHeaders"), restart);
    }

    private static PersistenceProbe.Restart restart(YamlNode node) {
        YamlObject o = RESTART.at(node);
        return new PersistenceProbe.Restart(o.get("deployment"), o.get("namespace"), o.get("cluster"), o.get("within"));
    }

    private Probe cors(YamlObject o, Duration every) {
        ProbeRequest request = request(o);
        String foreign = o.get("foreign");
        String allowed = o.get("allowed");
        if (foreign.equals(allowed)) {
            o.value("foreign").error("the foreign origin is the allowed one", "write another one");
        }
        return request == null ? null : new CorsProbe(name, every, request, foreign, allowed);
    }

    private Probe jwtReplay(YamlObject o, Duration every) {
        ProbeRequest request = request(o);
        Secrets.Ref key = o.get("key");
        TokenAlgorithm algorithm = o.get("algorithm");
        Duration lifetime = o.get("lifetime");
        return request == null || key == null
                ? null
                : new JwtReplayProbe(name, every, request, key, algorithm, o.getOr("claims", Map.of()), lifetime);
    }

    private static TokenAlgorithm algorithm(YamlNode node) {
        return node.parsed(TokenAlgorithm::valueOf, "{} is no algorithm for tokens", "write HS256, RS256 or ES256");
    }

    private static Map<String, String> claims(YamlNode node) {
        YamlObject o = node.object();
        return o.map(claim -> {
            if (OWN_CLAIMS.contains(claim)) {
                o.key(claim).error("the claim " + claim + " is the probe's own", "remove it");
            }
            return o.value(claim).text();
        });
    }

    private ProbeRequest request(YamlObject o) {
        String path = o.get("path");
        String method = o.get("method");
        return path == null ? null : new ProbeRequest(method, path, o.getOr("headers", Map.of()), o.get("body"), true);
    }

    private static int count(YamlObject o, String key) {
        return o.<Long>get(key).intValue();
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be wrong with probes, loads, sets and trends: each is told with its place and what to write instead. */
class ProbePlanErrorsTest {

    private static final String PLAN = """
            name: shop
            traffic: { fake: { refuses: 13 } }
            metrics:
              prometheus: { url: "http://prometheus:9090", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
              sets: { pool: hikaricp }
            probes:
              allow: [ canary.example ]
              canary: { url: "https://canary.example" }
              run:
                home: { http: { path: /, requests: 10 } }
                limit: { rateLimit: { path: /, limit: 10 } }
            phases: [ { name: Full, weight: 100, load: { rps: 5 } } ]
            gate: [ { probe: home }, { metric: pool-use, max: 75% } ]
            abort: [ { metric: success-rate, min: 95% } ]
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://canary.example | https://other.example | probes.canary.url: the host other.example is not on the list of hosts that may be probed; add it to probes.allow, if requests may be sent there",
                "https://canary.example | https://u:p@canary.example | probes.canary.url: the address carries a user name or password; put them under auth, as references",
                "[ canary.example ] | [ \"https://canary.example\" ] | probes.allow[0]: 'https://canary.example' is not a host; write host, host:port or *.domain, without a scheme or a path",
                "requests: 10 | requests: 1001 | probes.run.home.http: the probe sends 1001 requests, and 1000 is the limit; send fewer, or raise probes.limits.requests to at most 10000",
                "requests: 10 | rps: 500 | probes.run.home.http.rps: '500' is not a rate that may be sent; write more than 0 and at most 100 a second",
                "requests: 10 | requests: 900, rps: 1 | probes.run.home.http.rps: at this rate 900 requests take 900s, longer than probes.limits.time lets a probe take; write a higher rate, or fewer requests",
                "requests: 10 | expect: { latency: { p99: 1s } } | probes.run.home.http.expect.latency: without a rate a slow answer puts off the requests behind it, and hides how long they would have waited; write rps beside requests",
                "limit: 10 | limit: 10, requests: 9 | probes.run.limit.rateLimit.requests: with 9 requests the limit of 10 is never passed; write more than the limit, or leave it out for 15",
                "path: /, limit: 10 | path: nowhere, limit: 10 | probes.run.limit.rateLimit.path: 'nowhere' is not a path; write for example /api/v1/orders?limit=1, percent-encoded where needed",
                "path: /, requests | path: /, headers: { X-Note: \u2192 }, requests | probes.run.home.http.headers.X-Note: a header's value is plain ASCII on one line; remove line breaks and other characters",
                "{ probe: home } | { probe: house } | gate[0].probe: there is no probe 'house'; the plan has: home, limit",
                "{ probe: home } | { probe: home, max: 3 } | gate[0].max: a criterion with probe has no max; remove it: what the probe expects stands under probes.run",
                "rps: 5 | rps: 500 | phases[0].load.rps: '500' is not a rate that may be sent; write more than 0 and at most 100 a second",
                "rps: 5 | rps: 5, tracks: [stable] | phases[0].load: nothing says where the stable track is reached; add probes.stable: { url: ... }",
                // A metric of a set that is broken is told as well.
                "pool: hikaricp | pool: hikari | metrics.sets.pool: there is no set pool for 'hikari'; there is one for: hikaricp, hikaricp-prometheus, spring-jdbc, r2dbc, go-sql, pgbouncer-exporter, postgres-exporter",
                "metric: pool-use | metric: limiter-errors | 'gate[1].metric: limiter-errors is a metric of a set that the plan does not use; write metrics.sets: { limiter: redis-exporter | app }, one of the exporters that have it'",
                "max: 75% | trend: { over: 1m } | gate[1].trend.over: a trend needs 8 points, one a window, and there are fewer in this time; write 8m or more",
            })
    void isToldWithItsPlace(String piece, String instead, String said) {
        List<String> errors = PlanReader.check(PLAN.replaceFirst(
                        java.util.regex.Pattern.quote(piece), java.util.regex.Matcher.quoteReplacement(instead)))
                .problems()
                .stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .map(p -> p.path() + ": " + p.message() + "; " + p.remedy())
                .toList();
        assertEquals(said, errors.get(0));
    }
}

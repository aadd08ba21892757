package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.Credentials;
import io.jenkins.plugins.canary.engine.metric.prometheus.PrometheusClient.RangeParts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sent to a server, and how an answer is put together. */
class PrometheusClientTest {

    private static final String SCALAR =
            "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}}";
    private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_250L);

    /** One request as a server sees it. */
    private record Seen(String method, String path, Map<String, String> form, Map<String, List<String>> headers) {}

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int refusalOfPost;
    private String answer = SCALAR;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String sent = exchange.getRequestMethod().equals("POST")
                    ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    : String.valueOf(exchange.getRequestURI().getRawQuery());
            Map<String, String> form = new TreeMap<>();
            for (String pair : sent.split("&")) {
                form.put(pair.split("=", 2)[0], URLDecoder.decode(pair.split("=", 2)[1], StandardCharsets.UTF_8));
            }
            seen.add(new Seen(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    form,
                    exchange.getRequestHeaders()));
            boolean refused = refusalOfPost != 0 && exchange.getRequestMethod().equals("POST");
            byte[] body = (refused ? "no" : answer).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(refused ? refusalOfPost : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aQueryIsPostedAsAForm() throws Exception {
        client("", Auth.NONE).instant("sum(a{b=\"c&d=e+f\"})", AT).join();
        Seen s = seen.get(0);
        assertEquals("POST", s.method());
        assertEquals("/api/v1/query", s.path());
        assertEquals(
                Map.of(
                        "query",
                        "sum(a{b=\"c&d=e+f\"})",
                        "time",
                        "1700000000.250",
                        "timeout",
                        "10000ms",
                        "partial_response",
                        "false",
                        "deny_partial_response",
                        "1"),
                s.form());
        assertEquals(List.of("application/x-www-form-urlencoded"), s.headers().get("Content-type"));
        assertEquals(List.of("application/json"), s.headers().get("Accept"));
        assertEquals(List.of("tenant-1"), s.headers().get("X-scope-orgid"));
        assertTrue(!s.headers().containsKey("Upgrade"), "no upgrade to HTTP/2 is asked for");
    }

    @Test
    void thePathOfAClusterIsKept() throws Exception {
        client("/select/0/prometheus/", Auth.NONE).instant("up", AT).join();
        assertEquals("/select/0/prometheus/api/v1/query", seen.get(0).path());
    }

    @Test
    void aServerWithoutPostIsAskedWithGetFromThenOn() throws Exception {
        for (int status : new int[] {405, 501}) {
            refusalOfPost = status;
            seen.clear();
            PrometheusClient client = client("/p", Auth.NONE);
            assertEquals(1, client.instant("up > 0", AT).join().series().get(0).values()[0]);
            client.instant("up > 1", AT).join();
            assertEquals(
                    List.of("POST", "GET", "GET"),
                    seen.stream().map(Seen::method).toList());
            assertEquals("up > 1", seen.get(2).form().get("query"));
            assertEquals("/p/api/v1/query", seen.get(2).path());
        }
    }

    @Test
    void basicAuthentication() throws Exception {
        Secrets.Ref password = new Secrets.PlanRef(Secrets.PlanRef.Kind.FILE, "pw");
        client("", new Auth(null, "jenkins", password, null, null, null, null))
                .instant("up", AT)
                .join();
        assertEquals(
                List.of("Basic amVua2luczpob3AgJiBnbw=="), seen.get(0).headers().get("Authorization"));
    }

    @Test
    void aLongRangeIsAskedForInPartsAndPutTogether() throws Exception {
        Instant end = AT.plusSeconds(RangeParts.POINTS * 15L);
        answer = "{\"status\":\"success\",\"infos\":[\"w\"],\"data\":{\"resultType\":\"matrix\",\"result\":"
                + "[{\"metric\":{\"a\":\"b\"},\"values\":[[1.5,\"1\"],[2,\"NaN\"]]}]}}";
        QueryResult result = client("", Auth.NONE)
                .range("up", AT, end, Duration.ofSeconds(15))
                .join();
        assertEquals(2, seen.size());
        assertEquals("/api/v1/query_range", seen.get(0).path());
        assertEquals("1700000000.250", seen.get(0).form().get("start"));
        assertEquals("1700149985.250", seen.get(0).form().get("end"));
        assertEquals("15.000", seen.get(0).form().get("step"));
        assertEquals("1700150000.250", seen.get(1).form().get("start"));
        assertEquals("1700150000.250", seen.get(1).form().get("end"));
        assertEquals(List.of("w"), result.notes());
        assertEquals(1, result.series().size());
        assertArrayEquals(
                new long[] {1500, 2000, 1500, 2000}, result.series().get(0).millis());
        assertTrue(Double.isNaN(result.series().get(0).values()[3]));
    }

    private PrometheusClient client(String path, Auth auth) throws Exception {
        Secrets secrets = ref -> "hop & go";
        return new PrometheusClient(
                new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED),
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path),
                Credentials.open(auth, secrets),
                Map.of("X-Scope-OrgID", "tenant-1"),
                Duration.ofSeconds(10));
    }
}

package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a plan may name. */
class PlanCheckTest {

    private static CanaryPlan plan(String traffic, String metrics) throws Exception {
        return PlanReader.read("""
                name: shop
                target: { namespace: n, deployment: shop }
                traffic: %s
                metrics: { %s, labels: { canary: 'v="2"', stable: 'v="1"' } }
                phases: [ { name: Initial, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]
                gate: [ { metric: success-rate, min: 99%% } ]
                abort: [ { metric: error-rate, max: 5%% } ]
                """.formatted(traffic, metrics));
    }

    private static String problem(PlanAddresses policy, String allowed, CanaryPlan plan) {
        return problem(policy, allowed, plan, "v2");
    }

    private static String problem(PlanAddresses policy, String allowed, CanaryPlan plan, String version) {
        return new PlanCheck(policy, new AllowedAddresses(allowed.isEmpty() ? List.of() : List.of(allowed.split(" "))))
                .problem(plan, version)
                .orElse("");
    }

    private static CanaryPlan asking(String url) throws Exception {
        return plan("{ local: { control: \"http://proxy:9100\" } }", "prometheus: { url: \"" + url + "\" }");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254",
                "http://169.254.1.1:9090/x",
                "http://[fe80::1]:9090",
                "http://0.0.0.0:9090",
                "http://[::]:80",
                "http://[fe80::1%25eth0]:9090",
                "http://metadata.google.internal/x",
                "http://[fd00:ec2::254]",
                "http://168.63.129.16",
                "http://100.100.100.200",
                "http://127.0.0.1:8080",
                "http://localhost:8080",
                "http://[::1]:8080",
                "http://2130706433",
                "http://0x7f000001",
                "http://0177.0.0.1",
                "http://224.0.0.1",
                "http://[::ffff:169.254.169.254]",
                "http://[64:ff9b::a9fe:a9fe]",
                "http://[2002:7f00:1::]",
                "http://api.localhost"
            })
    void addressesOfTheControllerItselfAreNotNamedUnlessAllowed(String url) throws Exception {
        assertTrue(problem(PlanAddresses.ANY, "", asking(url)).contains("which plans must not name"), url);
        String host = url.replaceAll("https?://(\\[[^]]*]|[^:/]*).*", "$1");
        assertEquals("", problem(PlanAddresses.ANY, host, asking(url)));
    }

    @Test
    void aServerOfTheTeamsOwnIsAnAddressLikeAnyOther() throws Exception {
        CanaryPlan plan = plan(
                "{ http: { url: \"https://traffic.example.com/payment\", auth: { bearer: credentials:T } } }",
                "prometheus: { server: main }");
        assertEquals("", problem(PlanAddresses.ANY, "", plan));
        assertTrue(problem(PlanAddresses.LISTED, "", plan)
                .startsWith("traffic.http.url: plans must not name traffic.example.com:443"));
        assertEquals("", problem(PlanAddresses.LISTED, "traffic.example.com:443", plan));
        CanaryPlan inside = plan("{ http: { url: \"http://169.254.169.254/a\" } }", "prometheus: { server: main }");
        assertTrue(problem(PlanAddresses.ANY, "", inside).startsWith("traffic.http.url: 169.254.169.254 is"));
    }

    /** A plan, and whoever starts it, choose what placeholders stand for. */
    @ParameterizedTest
    @CsvSource({
        "{{version}}, 169.254.169.254, shop",
        "169.254.169.{{version}}, 254, shop",
        "{{target}}, v2, 169.254.169.254"
    })
    void placeholdersDoNotHideAnAddress(String host, String version, String target) throws Exception {
        String text = """
                name: shop
                target: { namespace: n, deployment: %s }
                traffic: { local: { control: "http://proxy:9100" } }
                metrics: %s
                probes: { allow: [ 169.254.169.254 ], canary: { url: "http://%s/x" }, run: { home: { http: { path: / } } } }
                phases: [ { name: Initial, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]
                gate: [ { metric: success-rate, min: 99%% } ]
                abort: [ { metric: error-rate, max: 5%% } ]
                """;
        CanaryPlan probes = PlanReader.read(text.formatted(
                target, "{ prometheus: { server: main }, labels: { canary: 'v=\"2\"', stable: 'v=\"1\"' } }", host));
        assertTrue(problem(PlanAddresses.ANY, "", probes, version).startsWith("probes: 169.254.169.254 is"), host);
        assertEquals("", problem(PlanAddresses.ANY, "169.254.169.254", probes, version));
        CanaryPlan scrape = PlanReader.read(text.replaceFirst("(?m)^probes:.*\\R", "")
                .formatted(
                        target,
                        "{ scrape: { canary: [ \"http://" + host
                                + "/metrics\" ], stable: [ \"http://stable/metrics\" ] } }"));
        assertTrue(problem(PlanAddresses.ANY, "", scrape, version).startsWith("metrics: 169.254.169.254 is"), host);
    }

    @Test
    void listHoldsForEveryAddressOfThePlan() throws Exception {
        CanaryPlan plan = asking("http://metrics.example.com:9090");
        assertEquals("", problem(PlanAddresses.ANY, "", plan));
        assertTrue(problem(PlanAddresses.LISTED, "", plan)
                .startsWith("traffic.local.control: plans must not name proxy:9100"));
        assertTrue(problem(PlanAddresses.LISTED, "proxy", plan)
                .startsWith("metrics: plans must not name metrics.example.com:9090"));
        assertEquals("", problem(PlanAddresses.LISTED, "proxy:9100 *.example.com", plan));
        assertTrue(
                problem(PlanAddresses.LISTED, "proxy:9101 *.example.com", plan).contains("proxy:9100"));
        assertTrue(problem(PlanAddresses.LISTED, "proxy example.com", plan).contains("metrics.example.com"));
    }

    @ParameterizedTest
    @CsvSource({"http://evil.org/?x=.example.com", "http://evil.org#.example.com", "http://example.com.evil.org/"})
    void listedDomainIsTheHostsOwn(String url) throws Exception {
        assertTrue(
                problem(PlanAddresses.LISTED, "proxy *.example.com", asking(url))
                        .contains("evil.org"),
                url);
    }

    /** The name says nothing; what it resolves to does, and the connection is made to what was asked about. */
    @ParameterizedTest
    @CsvSource({
        "169.254.169.254.nip.io, 169.254.169.254",
        "rebinds.example.com, 127.0.0.1",
        "six.example.com, fd00:ec2::254",
        "rebinds.example.com, ::ffff:127.0.0.1",
        "nat.example.com, 64:ff9b::a9fe:a9fe"
    })
    void namesAreHeldAgainstWhatTheyResolveTo(String host, String address) throws Exception {
        InetAddress found = InetAddress.getByName(address);
        AllowedAddresses none = new AllowedAddresses(List.of());
        assertTrue(PlanConnections.refusal(PlanAddresses.ANY, none, host, 80, found)
                .orElse("")
                .contains("which plans must not name"));
        assertTrue(PlanConnections.refusal(
                        PlanAddresses.ANY, new AllowedAddresses(List.of("*.com", "*.io")), host, 80, found)
                .isPresent());
        assertTrue(PlanConnections.refusal(PlanAddresses.LISTED, new AllowedAddresses(List.of(host)), host, 80, found)
                .isEmpty());
        assertTrue(PlanConnections.refusal(PlanAddresses.ANY, none, host, 80, InetAddress.getByName("10.0.0.1"))
                .isEmpty());
    }

    /** What a wildcard covers may be somebody else's to choose. */
    @Test
    void wildcardDoesNotLiftTheRefusalOfTheControllerItself() throws Exception {
        CanaryPlan plan = asking("http://api.localhost:8080");
        assertTrue(problem(PlanAddresses.LISTED, "proxy *.localhost", plan).contains("which plans must not name"));
        assertEquals("", problem(PlanAddresses.LISTED, "proxy api.localhost:8080", plan));
    }

    @Test
    void socketOfTheControllersOwnPortIsAnAddressToo() throws Exception {
        CanaryPlan plan = plan(
                "{ haproxy: { socket: \"tcp://127.0.0.1:9999\", backend: b, canary: c, stable: s } }",
                "prometheus: { server: main }");
        assertTrue(problem(PlanAddresses.ANY, "", plan).startsWith("traffic.haproxy.socket: 127.0.0.1 is"));
        assertEquals("", problem(PlanAddresses.ANY, "127.0.0.1:9999", plan));
    }

    @Test
    void configuredServerNeedsNoListing() throws Exception {
        CanaryPlan plan = plan("{ local: { control: \"http://proxy:9100\" } }", "prometheus: { server: main }");
        assertEquals("", problem(PlanAddresses.LISTED, "proxy", plan));
    }

    @Test
    void registriesOfChartsAreListedOnes() throws Exception {
        CanaryPlan oci = plan(
                "{ helm: { release: api, chart: \"oci://registry.example.com/charts/api\" } }",
                "prometheus: { server: main }");
        assertTrue(problem(PlanAddresses.LISTED, "", oci)
                .startsWith("traffic.helm.chart: plans must not name registry.example.com:443"));
        assertEquals("", problem(PlanAddresses.LISTED, "registry.example.com", oci));
        CanaryPlan repository = plan("{ helm: { release: api, chart: shop/api } }", "prometheus: { server: main }");
        assertEquals("", problem(PlanAddresses.LISTED, "", repository));
    }

    @Test
    void socketsOfTheControllerAreListedOnes() throws Exception {
        CanaryPlan plan = plan(
                "{ haproxy: { socket: /run/docker.sock, backend: b, canary: c, stable: s } }",
                "prometheus: { server: main }");
        assertTrue(problem(PlanAddresses.ANY, "", plan).contains("/run/docker.sock"));
        assertEquals("", problem(PlanAddresses.ANY, "/run/docker.sock", plan));
    }
}

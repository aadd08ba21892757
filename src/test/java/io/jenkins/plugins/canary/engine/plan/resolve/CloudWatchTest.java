package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.traffic.aws.MotoProcess;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The recipe {@code cloudwatch}: its signature, and moto's CloudWatch. */
class CloudWatchTest {

    private static final String KEY =
            "auth: { aws: { credentials: { accessKeyId: env:ID, secretAccessKey: env:KEY, sessionToken: env:SESSION } } }";

    private static MetricSource open(URI server, String queries, String auth, Secrets secrets) throws Exception {
        String metric = "{ unit: count, recipe: cloudwatch, with: { region: eu-central-1, queries: '" + queries + "' },"
                + " json: { url: \"" + server + "/\", delay: 1m " + (auth.isEmpty() ? "" : ", " + auth) + " } }";
        CanaryPlan plan = new PlanResolver(BasePlans.NONE, List.of()).read(RecipesTest.plan(metric));
        return new MetricSources().open(plan.metrics(), SourceContext.of(new Target("shop", "basket"), "v2", secrets));
    }

    private static Reading read(MetricSource source) {
        return SampleMetrics.read(source, SampleMetrics.query("m", Track.CANARY), Instant.now());
    }

    private static String stat(String id, String name) {
        return "{\"Id\": \"" + id + "\", \"ReturnData\": " + id.equals("one")
                + ", \"MetricStat\": {\"Stat\": \"Sum\", \"Period\": 60, \"Metric\": {\"Namespace\": \"Shop\","
                + " \"MetricName\": \"" + name
                + "\", \"Dimensions\": [{\"Name\": \"Version\", \"Value\": \"{{version}}\"}]}}}";
    }

    @Test
    void motosCloudWatch() throws Exception {
        try (MotoProcess moto = MotoProcess.start()) {
            Instant then = Instant.now().minusSeconds(80).truncatedTo(ChronoUnit.SECONDS);
            put(moto.uri(), "Errors", 3, then);
            assertEquals(
                    Reading.of(3),
                    read(open(moto.uri(), "[" + stat("one", "Errors") + "]", KEY, ref -> "key-of-moto")));
            assertEquals(
                    Reading.Status.NO_DATA,
                    read(open(moto.uri(), "[" + stat("one", "Nothing") + "]", KEY, ref -> "key-of-moto"))
                            .status());
            Reading wrong = read(open(moto.uri(), "[{\"Id\": \"one\"}]", KEY, ref -> "key-of-moto"));
            assertEquals(Reading.Status.UNAVAILABLE, wrong.status());
            assertTrue(wrong.detail().contains("answered 400"), wrong.detail());
        }
    }

    private static void put(URI moto, String metric, double value, Instant at) throws Exception {
        String form = "Action=PutMetricData&Version=2010-08-01&Namespace=Shop&MetricData.member.1.MetricName=" + metric
                + "&MetricData.member.1.Value=" + value + "&MetricData.member.1.Timestamp="
                + URLEncoder.encode(at.toString(), StandardCharsets.UTF_8)
                + "&MetricData.member.1.Dimensions.member.1.Name=Version"
                + "&MetricData.member.1.Dimensions.member.1.Value=v2";
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(moto)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .header(
                                        "Authorization",
                                        "AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/monitoring/aws4_request,"
                                                + " SignedHeaders=host, Signature=0")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void theRequestIsSignedWithItsBody() throws Exception {
        String none = "{\"MetricDataResults\": []}";
        try (RawServer server = RawServer.json(none)) {
            MetricSource source = open(server.uri(), "[]", KEY, ref -> "secret-" + ref.name());
            assertEquals(Reading.Status.NO_DATA, read(source).status());
            String sent = server.requests().get(0);
            assertTrue(
                    sent.matches(
                            "(?s).*Authorization: AWS4-HMAC-SHA256 Credential=secret-ID/\\d{8}/eu-central-1/monitoring/"
                                    + "aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}\r\n.*"),
                    sent);
            assertTrue(sent.matches("(?s).*X-Amz-Security-Token: secret-SESSION\r\n.*"), sent);
            assertTrue(sent.matches("(?s).*X-Amz-Date: \\d{8}T\\d{6}Z\r\n.*"), sent);
        }
    }

    @Test
    void theMachinesOwnCredentialsAreNotForPlansWhereOthersRunThem() {
        Secrets jenkins = new Secrets() {
            @Override
            public String resolve(PlanRef ref) {
                return "x";
            }

            @Override
            public void allowMachineCredentials(String cloud, String instead) throws SecretMissing {
                throw new SecretMissing("auth." + cloud + " needs " + instead);
            }
        };
        String says = assertThrows(
                        MetricException.class, () -> open(URI.create("http://127.0.0.1:1"), "[]", "", jenkins))
                .getMessage();
        assertTrue(says.contains("auth.aws needs credentials: { accessKeyId: credentials:ID"), says);
    }
}

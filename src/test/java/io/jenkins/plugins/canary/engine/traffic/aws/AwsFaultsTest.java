package io.jenkins.plugins.canary.engine.traffic.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.auth.AwsKey;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.aws.AwsLoadBalancerDriver.AwsSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What AWS, or somebody in its place, may answer. */
class AwsFaultsTest {

    private static final String PREFIX = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:";
    private static final String RULE = PREFIX + "listener-rule/app/web/1/2/3";
    private static final String ID = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>";
    private static final PlanRef TOKEN = new PlanRef(PlanRef.Kind.ENV, "CONTRACT_TOKEN");
    private static final PlanRef NONE = new PlanRef(PlanRef.Kind.ENV, "NOT_THERE");

    private static AwsSettings settings(Object endpoint, AwsKey credentials) {
        return new AwsSettings(
                RULE, null, PREFIX + "targetgroup/v2/2", PREFIX + "targetgroup/v1/1", credentials, endpoint.toString());
    }

    private static RouterException opened(String head, String body) throws Exception {
        try (RawServer server = RawServer.of(head, body)) {
            return opened(settings(server.uri(), new AwsKey(TOKEN, TOKEN, TOKEN)), RouterContract.CONTEXT);
        }
    }

    private static RouterException opened(AwsSettings settings, RouterContext context) {
        RouterException e = assertThrows(RouterException.class, () -> settings.open(context));
        assertFalse(e.getMessage().contains("a-token-of-the-contract"), e.getMessage());
        return e;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | Throttling           | false | AWS refused DescribeRules (Throttling): because of reasons
            403 | ExpiredToken         | false | (ExpiredToken): because of reasons; renew the session token, which is read again
            403 | InvalidClientTokenId | false | (InvalidClientTokenId)
            503 | ServiceUnavailable   | false | (ServiceUnavailable)
            403 | AccessDenied         | true  | allow elasticloadbalancing:DescribeRules in the credentials' IAM policy
            400 | RuleNotFound         | true  | (RuleNotFound)
            400 | ValidationError      | true  | (ValidationError)
            """)
    void aRefusalSaysWhetherAskingAgainHelps(int status, String code, boolean permanent, String says) throws Exception {
        RouterException refused = opened(
                status + " Refused\nContent-Type: text/xml",
                "<ErrorResponse><Error><Type>Sender</Type><Code>" + code
                        + "</Code><Message>because of reasons</Message></Error><RequestId>1</RequestId></ErrorResponse>");
        assertEquals(permanent, refused.permanent());
        assertTrue(refused.getMessage().contains(says), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            200 OK                | <html><title>Sign in</title>            | false
            200 OK                | -                                       | false
            502 Bad Gateway       | <html>upstream</html>                   | false
            302 Found\\nLocation: http://example.com/ | -                   | false
            200 OK                | <DescribeRulesResponse><DescribeRulesResult><Rules/></DescribeRulesResult></DescribeRulesResponse>   | false
            200 OK                | <DescribeRulesResponse><DescribeRulesResult><Rules/></DescribeRulesResult>ID</DescribeRulesResponse> | true
            200 OK                | <DescribeRulesResponse><DescribeRulesResult><Rules><member/></Rules></DescribeRulesResult>ID</DescribeRulesResponse> | true
            """)
    void anAnswerThatIsNoneIsNotTakenForOne(String head, String body, boolean permanent) throws Exception {
        RouterException refused = opened(
                head.replace("\\n", "\n") + "\nContent-Type: text/xml", body == null ? "" : body.replace("ID", ID));
        assertEquals(permanent, refused.permanent(), refused.getMessage());
    }

    @Test
    void anAnswerThatBreaksOffIsAskedForAgain() throws Exception {
        try (RawServer server = new RawServer((socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<DescribeRulesResponse>".getBytes());
            socket.close();
        })) {
            RouterException cut =
                    opened(settings(server.uri(), new AwsKey(TOKEN, TOKEN, null)), RouterContract.CONTEXT);
            assertFalse(cut.permanent());
            assertTrue(cut.getMessage().startsWith("AWS was not asked for DescribeRules: "), cut.getMessage());
            assertEquals(1, server.requests().size(), "the engine has its own patience");
        }
    }

    @Test
    void aDefaultRuleIsChangedByItsListener() throws Exception {
        RouterException refused = opened(
                "200 OK\nContent-Type: text/xml",
                "<DescribeRulesResponse><DescribeRulesResult><Rules><member><IsDefault>true</IsDefault></member></Rules>"
                        + "</DescribeRulesResult>" + ID + "</DescribeRulesResponse>");
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains("write listener: ARN in place of rule: ARN"), refused.getMessage());
    }

    @Test
    void aSecretThatIsNotThereIsNamed() throws Exception {
        RouterException refused =
                opened(settings("http://127.0.0.1:1", new AwsKey(TOKEN, NONE, null)), RouterContract.CONTEXT);
        assertEquals("AWS was not asked for DescribeRules: no other secrets here", refused.getMessage());
    }

    /** A plan neither gets the controller's own rights, nor an address that its administrator keeps it from. */
    @Test
    void aPlanInJenkinsBringsItsOwnKeyAndGoesWhereItMay() {
        RouterContext c = RouterContract.CONTEXT;
        AddressPolicy nowhere = (host, port, address) -> Optional.of(host + " is not for plans");
        RouterContext plans = new RouterContext(
                c.rollout(),
                new Target("", "api"),
                "v2",
                "a job",
                c.secrets(),
                null,
                c.claimant(),
                List.of(),
                nowhere,
                c.clock());
        String inside = "http://127.0.0.1:1";
        RouterException keyless = opened(settings(inside, null), plans);
        assertTrue(keyless.permanent());
        assertTrue(keyless.getMessage().contains("write credentials: {"), keyless.getMessage());
        RouterException refused = opened(settings(inside, new AwsKey(TOKEN, TOKEN, null)), plans);
        assertTrue(refused.getMessage().contains("127.0.0.1 is not for plans"), refused.getMessage());
    }
}

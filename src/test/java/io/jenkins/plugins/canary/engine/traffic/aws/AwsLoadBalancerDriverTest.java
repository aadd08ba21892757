package io.jenkins.plugins.canary.engine.traffic.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.http.auth.AwsKey;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.aws.AwsLoadBalancerDriver.AwsSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsLoadBalancerDriverTest {

    private static final String PREFIX = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:";
    private static final String RULE =
            PREFIX + "listener-rule/app/web/0123456789abcdef/0123456789abcdef/0123456789abcdef";
    private static final String LISTENER = PREFIX + "listener/net/web/0123456789abcdef/0123456789abcdef";
    private static final String V1 = PREFIX + "targetgroup/api-v1/0123456789abcdef";
    private static final String V2 = PREFIX + "targetgroup/api-v2/0123456789abcdef";

    private static SettingsText read(String yaml) {
        return SettingsText.read(
                RouterDriver.named("awsLoadBalancer").orElseThrow(),
                yaml.replace("RULE", RULE)
                        .replace("LISTENER", LISTENER)
                        .replace("V1", V1)
                        .replace("V2", V2));
    }

    @Test
    void whatIsRightIsRead() {
        SettingsText read = read("{ rule: 'RULE', canary: 'V2', stable: 'V1',"
                + " endpoint: 'https://vpce-1.elasticloadbalancing.eu-central-1.vpce.amazonaws.com', credentials:"
                + " { accessKeyId: env:ID, secretAccessKey: env:KEY, sessionToken: file:token } }");
        assertEquals(List.of(), read.problems());
        assertEquals(
                new AwsSettings(
                        RULE,
                        null,
                        V2,
                        V1,
                        new AwsKey(
                                new PlanRef(PlanRef.Kind.ENV, "ID"),
                                new PlanRef(PlanRef.Kind.ENV, "KEY"),
                                new PlanRef(PlanRef.Kind.FILE, "token")),
                        "https://vpce-1.elasticloadbalancing.eu-central-1.vpce.amazonaws.com"),
                read.settings());
        RouterSettings listener =
                read("{ listener: 'LISTENER', canary: 'V2', stable: 'V1' }").settings();
        assertEquals(LISTENER, listener.place(new Target("", "api"), null));
        assertEquals("eu-central-1", ((AwsSettings) listener).region());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            { canary: 'V2', stable: 'V1' }                                     | neither rule nor listener is given
            { rule: 'RULE', listener: 'LISTENER', canary: 'V2', stable: 'V1' } | both rule and listener are given
            { rule: 'RULE', canary: 'V2' }                                     | 'stable' is missing
            { rule: 'RULE', canary: 'V2', stable: 'V2' }                       | same target group
            { rule: 'LISTENER', canary: 'V2', stable: 'V1' }                   | is not the ARN of a listener-rule
            { rule: 'RULE', canary: 'V2', stable: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/a/1' } | eu-west-1 of account
            { rule: 'RULE', canary: 'V2', stable: 'V1', credentials: { accessKeyId: AKIA, secretAccessKey: env:B } } | env:
            """)
    void whatIsWrongIsNamed(String yaml, String problem) {
        String said = read(yaml).onlyProblem();
        assertTrue(said.contains(problem), said);
    }

    /** As in a Jenkins without the SDK's plugin: plans are read, and a rollout says what to install. */
    @Test
    void withoutTheSdkThePlanIsReadAndTheRolloutSaysWhatIsMissing() throws Exception {
        RouterDriver driver = (RouterDriver) new WithoutSdk()
                .loadClass(AwsLoadBalancerDriver.class.getName())
                .getConstructor()
                .newInstance();
        SettingsText read =
                SettingsText.read(driver, "{ rule: '" + RULE + "', canary: '" + V2 + "', stable: '" + V1 + "' }");
        assertEquals(List.of(), read.problems());
        RouterException refused =
                assertThrows(RouterException.class, () -> read.settings().open(RouterContract.CONTEXT));
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains("aws-java-sdk2-elasticloadbalancingv2"), refused.getMessage());
    }

    /** Knows the driver's package anew, and no class of the SDK. */
    private static final class WithoutSdk extends ClassLoader {

        WithoutSdk() {
            super(YamlObject.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("software.amazon.")) {
                throw new ClassNotFoundException(name);
            }
            Class<?> known = findLoadedClass(name);
            if (known != null || !name.startsWith(AwsLoadBalancerDriver.class.getPackageName() + ".")) {
                return known == null ? super.loadClass(name, resolve) : known;
            }
            try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] all = bytes.readAllBytes();
                return defineClass(name, all, 0, all.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}

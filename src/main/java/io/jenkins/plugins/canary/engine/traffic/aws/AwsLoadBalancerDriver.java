package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.auth.AwsKey;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code awsLoadBalancer: { rule: ARN, canary: ARN, stable: ARN }}. */
public final class AwsLoadBalancerDriver implements RouterDriver {

    private static final String NAME = "awsLoadBalancer";

    private static final Section KEYS = Section.of(
                    NAME,
                    "Weighted target groups of an AWS Application or Network Load Balancer.",
                    Map.of(
                            "listener", arn("listener"),
                            "rule", arn("listener-rule"),
                            "group", arn("targetgroup"),
                            "awsCredentials", AwsKey.TYPE),
                    """
                    rule        | rule     | none, or `listener` | ARN of the listener's rule whose forward action carries the weights.
                    listener    | listener | none, or `rule`     | ARN of the listener, where its default action carries the weights.
                    canary      | group    | required, `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api-v2/0123456789abcdef` | ARN of the canary's target group.
                    stable      | group    | required, `arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/api-v1/0123456789abcdef` | ARN of the stable version's target group.
                    credentials | awsCredentials | the usual places; in Jenkins required | An access key, by reference.
                    endpoint    | fixed address | AWS's own | Where the API is, such as a VPC endpoint.
                    """)
            .rule("{'oneOf': [{'required': ['rule']}, {'required': ['listener']}]}");

    private static KeyType arn(String kind) {
        return KeyType.matching(
                "ARN",
                Pattern.compile(
                        "arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:" + kind + "/[A-Za-z0-9/._-]+"),
                "is not the ARN of a " + kind,
                "copy it from aws elbv2 describe-"
                        + (kind.equals("targetgroup")
                                ? "target-groups"
                                : kind.equals("listener") ? "listeners" : "rules"));
    }

    @Override
    public Section keys() {
        return KEYS;
    }

    @Override
    public RouterSettings read(YamlObject settings) {
        String rule = settings.get("rule");
        String listener = settings.get("listener");
        String canary = settings.get("canary");
        String stable = settings.get("stable");
        AwsKey credentials = settings.get("credentials");
        if (settings.has("rule") == settings.has("listener")) {
            settings.self()
                    .error(
                            settings.has("rule")
                                    ? "both rule and listener are given"
                                    : "neither rule nor listener is given",
                            "write rule: ARN for a rule of the listener, or listener: ARN for its default action");
            return null;
        }
        String carrier = rule == null ? listener : rule;
        if (carrier == null || canary == null || stable == null) {
            return null;
        }
        if (canary.equals(stable)) {
            settings.value("stable")
                    .error("canary and stable are the same target group", "name the target group of each version");
            return null;
        }
        for (String key : List.of("canary", "stable")) {
            String group = settings.get(key);
            if (!home(group).equals(home(carrier))) {
                settings.value(key)
                        .error(
                                "the target group is in " + home(group) + ", the load balancer in " + home(carrier),
                                "name target groups of the load balancer's own region and account");
                return null;
            }
        }
        return new AwsSettings(rule, listener, canary, stable, credentials, settings.get("endpoint"));
    }

    /** Region and account of an ARN. */
    private static String home(String arn) {
        String[] parts = arn.split(":");
        return parts[3] + " of account " + parts[4];
    }

    /**
     * @param rule ARN; null for the listener's default action
     * @param listener ARN; null for a rule
     * @param credentials null for the usual places
     * @param endpoint null for AWS's own
     */
    record AwsSettings(String rule, String listener, String canary, String stable, AwsKey credentials, String endpoint)
            implements RouterSettings {

        @Override
        public String driver() {
            return NAME;
        }

        /** What carries the weights. */
        String carrier() {
            return rule == null ? listener : rule;
        }

        String region() {
            return carrier().split(":")[3];
        }

        @Override
        public Object place(Target target, ClusterAccess clusters) {
            return carrier();
        }

        /** Two of 0 to 999: every tenth of a percent can be set. */
        @Override
        public String refusal(Weight weight) {
            return null;
        }

        @Override
        public TrafficRouter open(RouterContext context) throws RouterException {
            if (credentials == null && !context.addresses().mayQuote()) {
                throw RouterException.permanent(
                        "the plan has no credentials for AWS, and the controller's own are not"
                                + " for plans; write credentials: { accessKeyId: credentials:ID, secretAccessKey: credentials:ID }");
            }
            try {
                TrafficRouter router = TargetGroupRouter.open(this, context);
                router.observe();
                return router;
            } catch (NoClassDefFoundError notInstalled) {
                throw RouterException.permanent("the driver awsLoadBalancer needs the Jenkins plugin"
                        + " aws-java-sdk2-elasticloadbalancingv2, which is not installed");
            }
        }
    }
}

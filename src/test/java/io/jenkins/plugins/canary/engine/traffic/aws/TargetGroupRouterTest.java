package io.jenkins.plugins.canary.engine.traffic.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.auth.AwsKey;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.aws.AwsLoadBalancerDriver.AwsSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

/** The contract with a rule of an Application Load Balancer, as moto's server has it. */
class TargetGroupRouterTest extends RouterContract {

    static MotoProcess moto;

    private static final PlanRef TOKEN_REF = new PlanRef(PlanRef.Kind.ENV, "CONTRACT_TOKEN");

    private LoadBalancerApi aws;
    private String canary;
    private String stable;
    private String listener;
    private String rule;

    @BeforeAll
    static void start() throws Exception {
        moto = MotoProcess.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            moto.close();
        }
    }

    /** What carries the weights: the rule's actions, or the listener's own. */
    protected AwsSettings carrier(String ruleArn, String listenerArn) {
        return settings(ruleArn, null);
    }

    final AwsSettings settings(String ruleArn, String listenerArn) {
        return new AwsSettings(
                ruleArn,
                listenerArn,
                canary,
                stable,
                new AwsKey(TOKEN_REF, TOKEN_REF, null),
                moto.uri().toString());
    }

    protected String balancer() {
        return "application";
    }

    @Override
    protected final RouterSettings settings() throws Exception {
        if (aws == null) {
            moto.reset();
            aws = LoadBalancerApi.open(
                    new AwsSettings(
                            null,
                            "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/none",
                            "",
                            "",
                            new AwsKey(TOKEN_REF, TOKEN_REF, TOKEN_REF),
                            moto.uri().toString()),
                    CONTEXT);
            furnish(aws.client());
        }
        return carrier(rule, listener);
    }

    private void furnish(ElasticLoadBalancingV2Client client) throws Exception {
        boolean http = balancer().equals("application");
        String vpc = moto.first("vpcId", "DescribeVpcs");
        String subnet = moto.first("subnetId", "DescribeSubnets");
        String made = client.createLoadBalancer(
                        r -> r.name("web").type(balancer()).subnets(subnet))
                .loadBalancers()
                .get(0)
                .loadBalancerArn();
        canary = group(client, "api-v2", http, vpc);
        stable = group(client, "api-v1", http, vpc);
        Action forward = Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn(stable)
                .build();
        listener = client.createListener(r -> r.loadBalancerArn(made)
                        .protocol(http ? ProtocolEnum.HTTP : ProtocolEnum.TCP)
                        .port(80)
                        .defaultActions(forward))
                .listeners()
                .get(0)
                .listenerArn();
        if (http) {
            rule = client.createRule(r -> r.listenerArn(listener)
                            .priority(7)
                            .conditions(c -> c.field("path-pattern").pathPatternConfig(p -> p.values("/api/*")))
                            .actions(forward))
                    .rules()
                    .get(0)
                    .ruleArn();
        }
    }

    private static String group(ElasticLoadBalancingV2Client client, String name, boolean http, String vpc) {
        String arn = client.createTargetGroup(r -> r.name(name)
                        .protocol(http ? ProtocolEnum.HTTP : ProtocolEnum.TCP)
                        .port(8080)
                        .vpcId(vpc)
                        .targetType(TargetTypeEnum.IP))
                .targetGroups()
                .get(0)
                .targetGroupArn();
        client.registerTargets(r ->
                r.targetGroupArn(arn).targets(t -> t.id("10.0.0." + name.length()), t -> t.id("10.0.0.9")));
        return arn;
    }

    final LoadBalancerApi edits() throws Exception {
        AwsSettings now = (AwsSettings) settings();
        return new LoadBalancerApi(aws.client(), now, CONTEXT.addresses());
    }

    final void put(TargetGroupTuple... groups) throws Exception {
        edits().put(List.of(Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .forwardConfig(f -> f.targetGroups(groups))
                .build()));
    }

    static TargetGroupTuple weighted(String group, int weight) {
        return TargetGroupTuple.builder().targetGroupArn(group).weight(weight).build();
    }

    @Override
    protected void editBehindItsBack(Weight weight) throws Exception {
        put(weighted(canary, Math.min(999, weight.tenths())), weighted(stable, Math.min(999, 1000 - weight.tenths())));
    }

    private void targetsGo(String group) {
        aws.client()
                .deregisterTargets(r -> r.targetGroupArn(group).targets(t -> t.id("10.0.0.6"), t -> t.id("10.0.0.9")));
    }

    @Test
    void aCanaryWithoutTargetsGetsNothing() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            targetsGo(canary);
            router.shift(Weight.ofPercent(10));
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(10)));
            assertFalse(refused.permanent(), "they may yet come");
            assertTrue(refused.getMessage().contains("(canary) has no healthy target"), refused.getMessage());
            assertEquals(Weight.ZERO, router.observe().weight());
        }
    }

    @Test
    void aCanaryWhoseTargetsGoAwayIsSeenToBeDown() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            assertEquals(
                    CanaryHealth.READY, shifted(router, Weight.ofPercent(10)).health());
            targetsGo(canary);
            assertEquals(
                    new CanaryHealth(CanaryHealth.State.DOWN, "0 of 0 targets are healthy"),
                    router.observe().health());
        }
    }

    @Test
    void aThirdTargetGroupWithTrafficIsToldAndRefused() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            String third = group(
                    aws.client(), "other-api", balancer().equals("application"), moto.first("vpcId", "DescribeVpcs"));
            put(weighted(stable, 50), weighted(third, 50));
            Observation seen = router.observe();
            assertEquals(List.of("the target group " + third + " gets requests too"), seen.warnings());
            RouterException refused = assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
            assertTrue(refused.permanent());
            assertTrue(refused.getMessage().contains("also forwards to " + third), refused.getMessage());
        }
    }

    @Test
    void whatIsNotThereIsRefusedForGood() throws Exception {
        AwsSettings now = (AwsSettings) settings();
        AwsSettings elsewhere = new AwsSettings(
                now.rule() == null ? null : now.rule() + "0",
                now.listener() == null ? null : now.listener() + "0",
                canary,
                stable,
                now.credentials(),
                now.endpoint());
        RouterException refused = assertThrows(RouterException.class, () -> elsewhere.open(CONTEXT));
        assertTrue(refused.permanent(), refused.getMessage());
        AwsSettings other = new AwsSettings(
                now.rule(), now.listener(), canary + "0", stable + "0", now.credentials(), now.endpoint());
        RouterException unknown = assertThrows(RouterException.class, () -> other.open(CONTEXT));
        assertTrue(unknown.permanent());
        assertTrue(unknown.getMessage().contains("no action forwards to the target group"), unknown.getMessage());
    }

    @Test
    void onlyTheActionsChange() throws Exception {
        try (TrafficRouter router = settings().open(CONTEXT)) {
            shifted(router, Weight.ofPercent(5));
        }
        if (rule != null && ((AwsSettings) settings()).rule() != null) {
            Rule after =
                    aws.client().describeRules(r -> r.ruleArns(rule)).rules().get(0);
            assertEquals("7", after.priority());
            assertEquals(
                    List.of("/api/*"),
                    after.conditions().get(0).pathPatternConfig().values());
        }
        List<TargetGroupTuple> groups = edits().actions().get(0).forwardConfig().targetGroups();
        assertEquals(List.of(weighted(stable, 95), weighted(canary, 5)), groups);
    }
}

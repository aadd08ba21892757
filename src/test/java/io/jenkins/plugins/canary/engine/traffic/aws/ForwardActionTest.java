package io.jenkins.plugins.canary.engine.traffic.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/** Actions in, actions out. */
class ForwardActionTest {

    private static final Action LOGIN = Action.builder()
            .type(ActionTypeEnum.AUTHENTICATE_OIDC)
            .order(1)
            .authenticateOidcConfig(o -> o.issuer("https://id.example.com").clientId("shop"))
            .build();
    private static final Action COGNITO = Action.builder()
            .type(ActionTypeEnum.AUTHENTICATE_COGNITO)
            .order(2)
            .authenticateCognitoConfig(c -> c.userPoolClientId("shop"))
            .build();

    private static TargetGroupTuple group(String arn, Integer weight) {
        return TargetGroupTuple.builder().targetGroupArn(arn).weight(weight).build();
    }

    private static Action forward(TargetGroupTuple... groups) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .order(50000)
                .forwardConfig(f -> f.targetGroups(groups))
                .build();
    }

    private static Action sticky(TargetGroupTuple... groups) {
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .forwardConfig(f -> f.targetGroups(groups)
                        .targetGroupStickinessConfig(s -> s.enabled(true).durationSeconds(3600)))
                .build();
    }

    private static ForwardAction read(Action... actions) throws RouterException {
        return ForwardAction.of(Arrays.asList(actions), "v2", "v1");
    }

    @Test
    void theWeightIsTheCanarysShare() throws Exception {
        assertEquals(
                Weight.ofPercent(5),
                read(forward(group("v1", 95), group("v2", 5))).weight());
        assertEquals(
                Weight.ofPercent(50),
                read(forward(group("v1", null), group("v2", null))).weight());
        assertEquals(
                new Weight(1), read(forward(group("v1", 999), group("v2", 1))).weight());
        assertEquals(
                Weight.ofPercent(25),
                read(forward(group("v1", 1), group("v2", 1), group("v3", 2))).weight());
        assertEquals(Weight.FULL, read(forward(group("v2", 1))).weight());
    }

    /** As a rule with one target group is answered: the group stands beside the list, too. */
    @Test
    void aSingleTargetGroupGivesWayToTheList() throws Exception {
        Action single = forward(group("v1", 1)).toBuilder().targetGroupArn("v1").build();
        Action old = Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .targetGroupArn("v1")
                .build();
        for (Action one : List.of(single, old)) {
            assertEquals(Weight.ZERO, read(one).weight());
            Action after = read(one).with(Weight.ofPercent(12.5)).get(0);
            assertNull(after.targetGroupArn());
            assertEquals(
                    List.of(group("v1", 875), group("v2", 125)),
                    after.forwardConfig().targetGroups());
        }
    }

    @Test
    void allOtherActionsAreKept() throws Exception {
        List<Action> after = read(LOGIN, COGNITO, forward(group("v1", 1))).with(Weight.ofPercent(5));
        assertEquals(3, after.size());
        assertTrue(after.get(0).authenticateOidcConfig().useExistingClientSecret(), "AWS does not tell the secret");
        assertEquals(
                LOGIN,
                after.get(0).toBuilder()
                        .authenticateOidcConfig(after.get(0).authenticateOidcConfig().toBuilder()
                                .useExistingClientSecret(null)
                                .build())
                        .build());
        assertEquals(COGNITO, after.get(1));
        assertEquals(forward(group("v1", 95), group("v2", 5)), after.get(2));
    }

    @Test
    void aGroupWithoutWeightStaysSoThatItsTargetsAreChecked() throws Exception {
        ForwardAction half = read(forward(group("v1", 1), group("v2", 1)));
        assertEquals(List.of(forward(group("v1", 100), group("v2", 0))), half.with(Weight.ZERO));
        assertEquals(List.of(forward(group("v1", 0), group("v2", 100))), half.with(Weight.FULL));
        assertFalse(half.ties(Track.CANARY));
        assertEquals(
                List.of(forward(group("v1", 1), group("v2", 0))),
                read(forward(group("v1", 1))).joinedBy(Track.CANARY));
    }

    /** Tied clients reach a group whatever its weight; only one that is not there gets nothing. */
    @Test
    void whereClientsAreTiedAGroupWithoutWeightIsTakenOut() throws Exception {
        ForwardAction half = read(sticky(group("v1", 1), group("v2", 1)));
        assertTrue(half.tiesClients());
        assertEquals(List.of(sticky(group("v1", 100))), half.with(Weight.ZERO));
        assertEquals(List.of(sticky(group("v2", 100))), half.with(Weight.FULL));
        assertTrue(read(sticky(group("v1", 1), group("v2", 0))).ties(Track.CANARY));
        ForwardAction full = read(sticky(group("v2", 100)));
        assertFalse(full.has(Track.STABLE));
        assertEquals(List.of(sticky(group("v2", 100), group("v1", 0))), full.joinedBy(Track.STABLE));
    }

    @Test
    void whatCannotBeSplitIsRefusedForGood() throws Exception {
        refused("no action forwards to the target group v1", forward(group("v3", 1)));
        refused(
                "no action forwards to the target group v1",
                Action.builder()
                        .type(ActionTypeEnum.REDIRECT)
                        .redirectConfig(r -> r.host("example.com"))
                        .build());
        refused(
                "an action of the type teleport",
                forward(group("v1", 1)),
                Action.builder().type("teleport").build());
        ForwardAction nothing = read(forward(group("v1", 0), group("v2", 0)));
        RouterException e = assertThrows(RouterException.class, nothing::weight);
        assertTrue(e.getMessage().contains("every target group has the weight 0"), e.getMessage());
        assertEquals(
                List.of("v3"),
                read(forward(group("v1", 1), group("v3", 1), group("v4", 0))).others());
    }

    private static void refused(String why, Action... actions) {
        RouterException e = assertThrows(RouterException.class, () -> read(actions));
        assertTrue(e.permanent());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}

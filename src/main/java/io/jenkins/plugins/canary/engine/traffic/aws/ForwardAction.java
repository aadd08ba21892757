package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.WeightShares;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

/**
 * The weights of two target groups in the forward action among a rule's actions: actions in, actions out. A group that has
 * no weight in the action is not in it.
 *
 * @param actions of the rule, or of the listener by default, as they were read
 */
record ForwardAction(List<Action> actions, String canary, String stable) {

    private static final int DEFAULT_WEIGHT = 1;

    /**
     * @throws RouterException permanent when there is no forward action to either group, or an action that cannot be
     *     written back
     */
    static ForwardAction of(List<Action> actions, String canary, String stable) throws RouterException {
        for (Action action : actions) {
            if (action.type() == ActionTypeEnum.UNKNOWN_TO_SDK_VERSION) {
                throw RouterException.permanent("there is an action of the type " + action.typeAsString()
                        + ", which this version of the SDK of AWS does not know and would lose; update the SDK's plugin,"
                        + " or take the action out");
            }
        }
        ForwardAction made = new ForwardAction(List.copyOf(actions), canary, stable);
        Map<String, Integer> weights = made.weights();
        if (!weights.containsKey(canary) && !weights.containsKey(stable)) {
            throw RouterException.permanent(
                    "no action forwards to the target group " + stable + "; have it forward there first");
        }
        return made;
    }

    /** The weight of every target group, in their order. */
    private Map<String, Integer> weights() {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (Action action : actions) {
            if (action.type() == ActionTypeEnum.FORWARD) {
                if (groups(action).isEmpty()) {
                    weights.put(action.targetGroupArn(), DEFAULT_WEIGHT);
                }
                groups(action)
                        .forEach(group -> weights.put(
                                group.targetGroupArn(), Objects.requireNonNullElse(group.weight(), DEFAULT_WEIGHT)));
            }
        }
        return weights;
    }

    private static List<TargetGroupTuple> groups(Action action) {
        return action.forwardConfig() == null
                ? List.of()
                : action.forwardConfig().targetGroups();
    }

    String group(Track track) {
        return track == Track.CANARY ? canary : stable;
    }

    /** The canary's share of all requests of the action. */
    Weight weight() throws RouterException {
        Map<String, Integer> weights = weights();
        long total = weights.values().stream().mapToLong(Integer::longValue).sum();
        if (total == 0) {
            throw RouterException.permanent(
                    "every target group has the weight 0: every request fails; give " + stable + " a weight");
        }
        return WeightShares.read(weights.getOrDefault(canary, 0), total);
    }

    /** Target groups beside the two that get requests. */
    List<String> others() {
        List<String> others = new ArrayList<>();
        weights().forEach((arn, weight) -> {
            if (weight > 0 && !arn.equals(canary) && !arn.equals(stable)) {
                others.add(arn);
            }
        });
        return others;
    }

    boolean has(Track track) {
        return weights().containsKey(group(track));
    }

    /** Whether clients stay with the target group that answered them first, whatever its weight. */
    boolean tiesClients() {
        return actions.stream()
                .filter(action ->
                        action.forwardConfig() != null && action.forwardConfig().targetGroupStickinessConfig() != null)
                .anyMatch(action -> Boolean.TRUE.equals(
                        action.forwardConfig().targetGroupStickinessConfig().enabled()));
    }

    /** Whether a group without weight may still be sent the requests of clients that are tied to it. */
    boolean ties(Track track) {
        return tiesClients() && Integer.valueOf(0).equals(weights().get(group(track)));
    }

    /** The actions with a group of weight 0 more, whose targets' health AWS then checks. */
    List<Action> joinedBy(Track track) {
        Map<String, Integer> weights = weights();
        weights.putIfAbsent(group(track), 0);
        return with(weights);
    }

    /** The actions with this weight. Where clients are tied to a group, one without weight is taken out. */
    List<Action> with(Weight weight) {
        WeightShares shares = WeightShares.of(weight);
        Map<String, Integer> weights = weights();
        weights.put(stable, shares.stable());
        weights.put(canary, shares.canary());
        if (tiesClients()) {
            weights.values().removeIf(share -> share == 0);
        }
        return with(weights);
    }

    private List<Action> with(Map<String, Integer> weights) {
        return actions.stream()
                .map(action -> switch (action.type()) {
                    case FORWARD -> forward(action, weights);
                    case AUTHENTICATE_OIDC -> keepingSecret(action);
                    default -> action;
                })
                .toList();
    }

    /** A target group of its own beside the list would have to be the only one in it. */
    private static Action forward(Action action, Map<String, Integer> weights) {
        ForwardActionConfig config =
                action.forwardConfig() == null ? ForwardActionConfig.builder().build() : action.forwardConfig();
        List<TargetGroupTuple> groups = new ArrayList<>();
        weights.forEach((arn, weight) -> groups.add(
                TargetGroupTuple.builder().targetGroupArn(arn).weight(weight).build()));
        return action.toBuilder()
                .targetGroupArn(null)
                .forwardConfig(config.toBuilder().targetGroups(groups).build())
                .build();
    }

    /** AWS never tells the secret, and would take its absence for a change. */
    private static Action keepingSecret(Action action) {
        return action.toBuilder()
                .authenticateOidcConfig(action.authenticateOidcConfig().toBuilder()
                        .useExistingClientSecret(true)
                        .build())
                .build();
    }
}

package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealth;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthStateEnum;

/**
 * Whether the targets of a group can serve.
 *
 * @param serving healthy ones, and those whose health is not checked
 * @param detail one line for people
 */
record TargetsHealth(int serving, int all, String detail) {

    static TargetsHealth of(List<TargetHealth> targets) {
        int serving = 0;
        Map<String, Integer> others = new LinkedHashMap<>();
        for (TargetHealth target : targets) {
            if (target.state() == TargetHealthStateEnum.HEALTHY
                    || target.state() == TargetHealthStateEnum.UNAVAILABLE) {
                serving++;
            } else if (target.state() != TargetHealthStateEnum.DRAINING) {
                others.merge(
                        target.stateAsString()
                                + (target.reasonAsString() == null ? "" : " (" + target.reasonAsString() + ")"),
                        1,
                        Integer::sum);
            }
        }
        int all = serving + others.values().stream().mapToInt(Integer::intValue).sum();
        String detail = others.isEmpty() && serving > 0
                ? ""
                : serving + " of " + all + " targets are healthy"
                        + others.entrySet().stream()
                                .map(other -> ", " + other.getValue() + " " + other.getKey())
                                .collect(Collectors.joining());
        return new TargetsHealth(serving, all, detail);
    }

    boolean serve() {
        return serving > 0;
    }

    CanaryHealth canary() {
        if (serving == 0) {
            return new CanaryHealth(CanaryHealth.State.DOWN, detail);
        }
        return serving == all ? CanaryHealth.READY : new CanaryHealth(CanaryHealth.State.DEGRADED, detail);
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Quantities;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the namespace's quotas leave room for the pods that the canary still lacks. */
final class QuotaCheck {

    static final Kind QUOTA = new Kind("", "v1", "ResourceQuota", "resourcequotas");

    private QuotaCheck() {}

    static void quota(ClusterContext context, Findings found) throws RouterException {
        Optional<LackingPods> lacking = LackingPods.of(context);
        if (lacking.isEmpty()) {
            return;
        }
        List<KubeObject> quotas;
        try {
            quotas = context.cluster().list(QUOTA, context.namespace(), "");
        } catch (RouterException notAllowed) {
            found.note(
                    "this check",
                    "was left out: the ResourceQuotas of the namespace may not be listed with this account",
                    "whether they leave room for " + lacking.get().text() + " is not known");
            return;
        }
        for (KubeObject quota : quotas) {
            look(quota, lacking.get(), context, found);
        }
    }

    /** The resource that runs out first. Which pods a quota with scopes counts depends on each pod: it is not looked at. */
    private static void look(KubeObject quota, LackingPods lacking, ClusterContext context, Findings found) {
        if (!quota.spec().path("scopes").isEmpty() || quota.spec().has("scopeSelector")) {
            return;
        }
        JsonNode hard = quota.status().path("hard");
        JsonNode used = quota.status().path("used");
        long room = Long.MAX_VALUE;
        String first = "";
        for (Map.Entry<String, JsonNode> limit : hard.properties()) {
            BigDecimal each = each(limit.getKey(), lacking.pod());
            if (each.signum() > 0) {
                BigDecimal free = Quantities.of(limit.getValue()).subtract(Quantities.of(used.path(limit.getKey())));
                long holds =
                        Math.max(0, free.divide(each, 0, RoundingMode.FLOOR).longValue());
                if (holds < room) {
                    room = holds;
                    first = limit.getKey();
                }
            }
        }
        if (room < lacking.pods()) {
            found.warning(
                    quota.ref(),
                    "leaves room for " + room + " of " + lacking.text() + ": "
                            + used.path(first).asText("0") + " of "
                            + hard.path(first).asText() + " " + first
                            + " are used",
                    "pods that the quota refuses are missing when their share of the requests comes",
                    context.kubectl() + " edit resourcequota " + quota.ref().name() + "  # raise " + first
                            + ", or plan a smaller largest weight or fewer replicas of the canary");
        }
    }

    /** What one pod counts for; 0 for what is not counted here. */
    private static BigDecimal each(String resource, JsonNode pod) {
        return switch (resource) {
            case "pods", "count/pods" -> BigDecimal.ONE;
            case "cpu", "requests.cpu" -> sum(pod, "requests", "cpu");
            case "memory", "requests.memory" -> sum(pod, "requests", "memory");
            case "limits.cpu" -> sum(pod, "limits", "cpu");
            case "limits.memory" -> sum(pod, "limits", "memory");
            default -> BigDecimal.ZERO;
        };
    }

    /** A container that only has a limit asks for as much. */
    private static BigDecimal sum(JsonNode pod, String kind, String resource) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode container : pod.path("containers")) {
            JsonNode resources = container.path("resources");
            JsonNode own = resources.path(kind).path(resource);
            sum = sum.add(
                    Quantities.of(own.isMissingNode() ? resources.path("limits").path(resource) : own));
        }
        return sum;
    }
}

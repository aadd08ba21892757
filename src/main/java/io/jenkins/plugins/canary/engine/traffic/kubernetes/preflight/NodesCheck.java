package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Quantities;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the nodes have room for the pods that the canary still lacks, where nodes and all pods may be listed. */
final class NodesCheck {

    private static final Kind NODE = new Kind("", "v1", "Node", "nodes");
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private NodesCheck() {}

    static void nodes(ClusterContext context, Findings found) throws RouterException {
        Optional<LackingPods> lacking = LackingPods.of(context);
        if (lacking.isEmpty()) {
            return;
        }
        Request each = Request.of(lacking.get().pod());
        int missing = lacking.get().pods();
        if (each.isNothing()) {
            return;
        }
        List<KubeObject> nodes;
        List<KubeObject> pods;
        try {
            nodes = context.cluster().list(NODE, "", "");
            pods = context.cluster().list(Kind.POD, "", "");
        } catch (RouterException notAllowed) {
            found.note(
                    "this check",
                    "was left out: nodes and the pods of all namespaces may not be listed with this account",
                    "whether there is room for " + lacking.get().text() + " is not known");
            return;
        }
        long room = room(nodes, pods, each);
        if (room < missing) {
            found.warning(
                    lacking.get().canary(),
                    "needs " + Units.count(missing, "more pod") + " of " + each.text()
                            + ", and the nodes have room for " + room,
                    "pods that cannot be scheduled are missing when their share of the requests comes",
                    "add nodes, lower the requests of the canary's pods, or plan a smaller largest weight");
        }
    }

    private static long room(List<KubeObject> nodes, List<KubeObject> pods, Request each) {
        Map<String, Request> used = new HashMap<>();
        for (KubeObject pod : pods) {
            String node = pod.spec().path("nodeName").asText();
            if (!node.isEmpty() && !ENDED.contains(pod.status().path("phase").asText())) {
                used.merge(node, Request.of(pod.spec()), Request::plus);
            }
        }
        long room = 0;
        for (KubeObject node : nodes) {
            if (takesPods(node)) {
                Request free = Request.amounts(node.status().path("allocatable"))
                        .minus(used.getOrDefault(node.ref().name(), Request.NOTHING));
                room += Math.max(0, free.holds(each));
            }
        }
        return room;
    }

    /** Tolerations are not looked at: a node with a taint counts as one that takes nothing. */
    private static boolean takesPods(KubeObject node) {
        for (JsonNode taint : node.spec().path("taints")) {
            if (!taint.path("effect").asText().equals("PreferNoSchedule")) {
                return false;
            }
        }
        return !node.spec().path("unschedulable").asBoolean()
                && node.condition("Ready").path("status").asText().equals("True");
    }

    /**
     * What a pod asks for, or a node has.
     *
     * @param cpu in cores
     * @param memory in bytes
     */
    record Request(BigDecimal cpu, BigDecimal memory, String text) {

        static final Request NOTHING = new Request(BigDecimal.ZERO, BigDecimal.ZERO, "");

        static Request amounts(JsonNode amounts) {
            List<String> words = new ArrayList<>();
            amounts.properties()
                    .forEach(a -> words.add(a.getKey() + " " + a.getValue().asText()));
            return new Request(
                    Quantities.of(amounts.path("cpu")),
                    Quantities.of(amounts.path("memory")),
                    String.join(", ", words));
        }

        static Request of(JsonNode pod) {
            Request sum = NOTHING;
            for (JsonNode container : pod.path("containers")) {
                sum = sum.plus(amounts(container.at("/resources/requests")));
            }
            return sum;
        }

        Request plus(Request other) {
            String both = text.isEmpty() || other.text.isEmpty() ? text + other.text : text + " and " + other.text;
            return new Request(cpu.add(other.cpu), memory.add(other.memory), both);
        }

        Request minus(Request other) {
            return new Request(cpu.subtract(other.cpu), memory.subtract(other.memory), text);
        }

        boolean isNothing() {
            return cpu.signum() == 0 && memory.signum() == 0;
        }

        /** How many of another fit in. */
        long holds(Request each) {
            return Math.min(fits(cpu, each.cpu), fits(memory, each.memory));
        }

        private static long fits(BigDecimal free, BigDecimal each) {
            return each.signum() == 0
                    ? Integer.MAX_VALUE
                    : free.divide(each, 0, RoundingMode.FLOOR).longValue();
        }
    }
}

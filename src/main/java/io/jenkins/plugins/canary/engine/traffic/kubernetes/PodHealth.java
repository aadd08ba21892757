package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the pods of the canary's Deployment say of themselves, by the rules of {@code kubectl get pods}. Whoever may not list
 * pods gets the Deployment's own counts.
 */
final class PodHealth {

    /** A pod that is being made is no trouble yet. */
    private static final Set<String> STARTING = Set.of("ContainerCreating", "PodInitializing", "");

    /** How long a container's end is news, after it has been started again. */
    private static final long NEWS_MILLIS = 120_000;

    private static final int MOST_NAMED = 3;

    private PodHealth() {}

    /** @param unserved why requests find nobody; null when somebody serves them */
    static CanaryHealth of(Workloads workloads, String unserved, long now) throws RouterException {
        KubeObject deployment = workloads.canary().orElse(null);
        if (deployment == null) {
            return new CanaryHealth(
                    CanaryHealth.State.DOWN, "there is no " + workloads.ref(Kind.DEPLOYMENT, workloads.canaryName()));
        }
        Workload canary = Workload.of(deployment);
        List<String> troubles = troubles(workloads, deployment, now);
        String counts = canary.ready() + " of " + canary.replicas() + " pods of " + deployment.ref() + " ready";
        if (unserved != null || canary.ready() == 0) {
            String why = unserved != null && canary.ready() > 0 ? unserved : counts;
            return new CanaryHealth(CanaryHealth.State.DOWN, with(why, troubles));
        }
        return troubles.isEmpty()
                ? CanaryHealth.READY
                : new CanaryHealth(CanaryHealth.State.DEGRADED, with(counts, troubles));
    }

    private static String with(String counts, List<String> troubles) {
        List<String> named = troubles.subList(0, Math.min(MOST_NAMED, troubles.size()));
        int more = troubles.size() - named.size();
        return counts
                + (named.isEmpty() ? "" : ": " + String.join("; ", named))
                + (more == 0 ? "" : "; and " + more + " more");
    }

    private static List<String> troubles(Workloads workloads, KubeObject deployment, long now) {
        List<String> labels = new ArrayList<>();
        deployment
                .spec()
                .at("/selector/matchLabels")
                .fields()
                .forEachRemaining(
                        l -> labels.add(l.getKey() + "=" + l.getValue().asText()));
        List<KubeObject> pods;
        try {
            pods = labels.isEmpty()
                    ? List.of()
                    : workloads.cluster().list(Kind.POD, workloads.namespace(), String.join(",", labels));
        } catch (RouterException notAllowed) {
            return List.of();
        }
        List<String> troubles = new ArrayList<>();
        for (KubeObject pod : pods) {
            String trouble = pod.metadata().has("deletionTimestamp") ? null : trouble(pod, now);
            if (trouble != null) {
                troubles.add(pod.ref().name() + " " + trouble);
            }
        }
        return troubles;
    }

    /** What is wrong with a pod; null when nothing is, as far as it says. */
    private static String trouble(KubeObject pod, long now) {
        JsonNode scheduled = pod.condition("PodScheduled");
        if (scheduled.path("status").asText().equals("False")) {
            return "cannot be scheduled: "
                    + scheduled.path("message").asText(scheduled.path("reason").asText());
        }
        for (JsonNode container : pod.status().path("containerStatuses")) {
            String name = container.path("name").asText();
            JsonNode last = container.at("/lastState/terminated");
            String ended = last.isMissingNode() ? "" : " after " + end(last);
            String waiting = container.at("/state/waiting/reason").asText();
            if (!STARTING.contains(waiting)) {
                return "(" + name + "): " + waiting + ended;
            }
            if (container.at("/state/terminated").isObject()) {
                return "(" + name + ") has ended: " + end(container.at("/state/terminated"));
            }
            if (!last.isMissingNode() && now - millis(last.path("finishedAt").asText()) < NEWS_MILLIS) {
                return "(" + name + ") was restarted" + ended + ", "
                        + container.path("restartCount").asInt() + " times so far";
            }
        }
        return null;
    }

    private static String end(JsonNode terminated) {
        return terminated.path("reason").asText("Error") + " (exit code "
                + terminated.path("exitCode").asInt() + ")";
    }

    private static long millis(String time) {
        try {
            return Instant.parse(time).toEpochMilli();
        } catch (java.time.DateTimeException none) {
            return 0;
        }
    }
}

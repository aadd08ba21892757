package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the canary's pods say of themselves, by the rules of {@code kubectl get pods}. Whoever may not list pods gets a
 * Deployment's own counts.
 */
public final class PodHealth {

    /** A pod that is being made is no trouble yet. */
    private static final Set<String> STARTING = Set.of("ContainerCreating", "PodInitializing", "");

    /** How long a container's end is news, after it has been started again. */
    private static final long NEWS_MILLIS = 120_000;

    private static final int MOST_NAMED = 3;

    private PodHealth() {}

    /**
     * Of the canary's Deployment. May block.
     *
     * @param unserved why requests find nobody; null when somebody serves them
     * @throws RouterException when the Deployment cannot be read
     */
    static CanaryHealth of(Workloads workloads, String unserved, long now) throws RouterException {
        KubeObject deployment = workloads.canary().orElse(null);
        return deployment == null
                ? new CanaryHealth(
                        CanaryHealth.State.DOWN,
                        workloads.cluster().missing(workloads.ref(Kind.DEPLOYMENT, workloads.canaryName())))
                : of(workloads.cluster(), deployment, unserved, now);
    }

    /**
     * Of a Deployment as it was read. May block.
     *
     * @param unserved why requests find nobody; null when somebody serves them
     * @param now milliseconds since the epoch
     */
    public static CanaryHealth of(Cluster cluster, KubeObject deployment, String unserved, long now) {
        Workload canary = Workload.of(deployment);
        String labels = PodSelector.of(deployment.ref(), "", deployment.spec().at("/selector/matchLabels"))
                .text();
        List<KubeObject> pods;
        try {
            pods = labels.isEmpty()
                    ? List.of()
                    : cluster.list(Kind.POD, deployment.ref().namespace(), labels);
        } catch (RouterException notAllowed) {
            pods = List.of();
        }
        String counts = canary.ready() + " of " + canary.replicas() + " pods of " + deployment.ref() + " ready";
        String why = unserved != null && canary.ready() > 0 ? unserved : counts;
        return state(unserved != null || canary.ready() == 0, why, counts, troubles(pods, now));
    }

    /**
     * Of the pods that have some labels. May block.
     *
     * @param of whose pods they are, for people
     * @param wanted how many there should be
     * @param now milliseconds since the epoch
     * @throws RouterException when the pods may not be listed
     */
    public static CanaryHealth of(Cluster cluster, String namespace, String labels, String of, int wanted, long now)
            throws RouterException {
        List<KubeObject> pods = cluster.list(Kind.POD, namespace, labels);
        long ready = pods.stream().filter(PodHealth::isReady).count();
        String counts = ready + " of " + Math.max(wanted, ready) + " pods of " + of + " ready";
        return state(ready == 0, counts, counts, troubles(pods, now));
    }

    private static CanaryHealth state(boolean down, String why, String counts, List<String> troubles) {
        if (down) {
            return new CanaryHealth(CanaryHealth.State.DOWN, with(why, troubles));
        }
        return troubles.isEmpty()
                ? CanaryHealth.READY
                : new CanaryHealth(CanaryHealth.State.DEGRADED, with(counts, troubles));
    }

    /** Whether it gets requests: ready, and not on its way out. */
    public static boolean isReady(KubeObject pod) {
        return pod.condition("Ready").path("status").asText().equals("True")
                && !pod.metadata().has("deletionTimestamp");
    }

    private static String with(String counts, List<String> troubles) {
        List<String> named = troubles.subList(0, Math.min(MOST_NAMED, troubles.size()));
        int more = troubles.size() - named.size();
        return counts
                + (named.isEmpty() ? "" : ": " + String.join("; ", named))
                + (more == 0 ? "" : "; and " + more + " more");
    }

    private static List<String> troubles(List<KubeObject> pods, long now) {
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

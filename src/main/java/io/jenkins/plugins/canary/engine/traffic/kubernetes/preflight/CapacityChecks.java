package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Quantities;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks whether the canary's pods can carry what the phases give them, and show in time when they cannot. */
final class CapacityChecks {

    private static final List<String> RESOURCES = List.of("cpu", "memory");

    /** A pod that may use more than so many times what it asked for counts on a node that is not full. */
    private static final BigDecimal OVERCOMMITTED = BigDecimal.valueOf(2);

    /** Of a probe, when nothing is said. */
    private static final int PERIOD_SECONDS = 10;

    private static final int FAILURES = 3;

    private CapacityChecks() {}

    /** The canary has as many pods as its largest share of the requests needs of the stable version's. */
    static void replicas(ClusterContext context, Findings found) throws RouterException {
        Optional<PodOwner> stable = context.stable();
        Optional<PodOwner> canary = context.canary();
        if (stable.isEmpty() || canary.isEmpty() || context.settings().scalesCanary()) {
            return;
        }
        Weight largest = context.schedule().largest();
        int needed = needed(context, stable.get());
        int has = canary.get().replicas();
        if (has < needed) {
            found.warning(
                    canary.get().ref(),
                    "has " + Units.count(has, "pod") + " and will take " + largest + " of what "
                            + Units.count(stable.get().replicas(), "pod") + " of "
                            + stable.get().ref() + " serve now",
                    "pods with more requests than stable's are slower or crash, which looks like a fault of the version",
                    context.kubectl() + " scale " + canary.get().named() + " --replicas=" + needed);
        }
    }

    /** One pod or two stand for a version badly: pods differ, and that passes for a difference of the versions. */
    static void canaryPods(ClusterContext context, Findings found) throws RouterException {
        Optional<PodOwner> stable = context.stable();
        Optional<PodOwner> canary = context.canary();
        if (stable.isEmpty() || canary.isEmpty() || context.settings().scalesCanary()) {
            return;
        }
        int has = canary.get().replicas();
        if (has > 0 && has <= ClusterSettings.FEW_PODS && stable.get().replicas() > ClusterSettings.FEW_PODS) {
            found.warning(
                    canary.get().ref(),
                    "has " + Units.count(has, "pod") + ", compared with "
                            + Units.count(stable.get().replicas(), "pod") + " of "
                            + stable.get().ref(),
                    "pods of one version differ, and a slow pod looks like a slow version",
                    context.kubectl() + " scale " + canary.get().named() + " --replicas="
                            + (ClusterSettings.FEW_PODS + 1));
        }
    }

    /** How many pods the largest weight needs. */
    static int needed(ClusterContext context, PodOwner stable) {
        return (context.schedule().largest().tenths() * stable.replicas() + 999) / 1000;
    }

    /** The canary's containers ask for what stable's ask for, and stay within it. */
    static void resources(ClusterContext context, Findings found) throws RouterException {
        Optional<PodOwner> stable = context.stable();
        Optional<PodOwner> canary = context.canary();
        if (canary.isEmpty()) {
            return;
        }
        for (JsonNode container : canary.get().pod().path("containers")) {
            JsonNode own = container.path("resources");
            JsonNode same =
                    stable.map(s -> named(s, container.path("name").asText())).orElse(container);
            String lower = lower(own, same.path("resources"));
            if (!lower.isEmpty()) {
                found.warning(
                        canary.get().ref(),
                        "gives container " + container.path("name").asText() + " less than "
                                + stable.get().ref() + ": " + lower,
                        "the two versions are not compared on equal terms, and the canary is throttled or killed first",
                        context.kubectl() + " edit " + canary.get().named() + "  # the same resources as "
                                + stable.get().named());
            }
            JsonNode asked = own.at("/requests/memory");
            JsonNode most = own.at("/limits/memory");
            if (Quantities.of(asked).signum() > 0
                    && Quantities.of(most).compareTo(Quantities.of(asked).multiply(OVERCOMMITTED)) > 0) {
                found.warning(
                        canary.get().ref(),
                        "asks for " + asked.asText() + " of memory in container "
                                + container.path("name").asText() + ", and may use " + most.asText(),
                        "on a node that is full its pods are evicted or killed, which looks like a fault of the version",
                        context.kubectl() + " set resources " + canary.get().named() + " -c "
                                + container.path("name").asText() + " --requests=memory=" + most.asText());
            }
        }
    }

    private static JsonNode named(PodOwner version, String container) {
        for (JsonNode one : version.pod().path("containers")) {
            if (one.path("name").asText().equals(container)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    /** {@code limits.memory 256Mi instead of 512Mi}; "" when nothing is lower. */
    private static String lower(JsonNode own, JsonNode stables) {
        List<String> lower = new ArrayList<>();
        for (String kind : List.of("requests", "limits")) {
            for (String resource : RESOURCES) {
                JsonNode has = own.path(kind).path(resource);
                JsonNode other = stables.path(kind).path(resource);
                boolean unlimited = kind.equals("limits") && has.isMissingNode();
                if (!unlimited && Quantities.of(has).compareTo(Quantities.of(other)) < 0) {
                    lower.add(kind + "." + resource + " " + (has.isMissingNode() ? "none" : has.asText())
                            + " instead of " + other.asText());
                }
            }
        }
        return String.join(", ", lower);
    }

    /** A phase lasts at least until pods that do not answer are seen not to. */
    static void hold(ClusterContext context, Findings found) throws RouterException {
        Optional<PodOwner> canary = context.canary();
        if (canary.isEmpty()) {
            return;
        }
        Duration slowest = Duration.ofSeconds(
                canary.get().object().spec().path("minReadySeconds").asLong());
        for (JsonNode container : canary.get().pod().path("containers")) {
            JsonNode probe = container.path("readinessProbe");
            if (probe.isObject()) {
                long seconds = probe.path("initialDelaySeconds").asLong()
                        + probe.path("periodSeconds").asLong(PERIOD_SECONDS)
                                * probe.path("failureThreshold").asLong(FAILURES);
                slowest = slowest.compareTo(Duration.ofSeconds(seconds)) < 0 ? Duration.ofSeconds(seconds) : slowest;
            }
        }
        for (RolloutSchedule.Stage stage : context.schedule().stages()) {
            if (!stage.hold().isZero() && stage.hold().compareTo(slowest) < 0) {
                found.warning(
                        canary.get().ref(),
                        "shows after " + Units.print(slowest) + " whether its pods are ready, and phase "
                                + stage.phase() + " holds for " + Units.print(stage.hold()),
                        "the phase passes before a pod that does not answer is seen",
                        "in the plan: phase " + stage.phase() + ", hold: " + Units.write(slowest) + " or more");
            }
        }
    }
}

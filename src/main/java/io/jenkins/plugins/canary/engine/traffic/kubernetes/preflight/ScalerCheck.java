package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import java.util.ArrayList;
import java.util.List;

/**
 * Nothing changes the pods by itself while two versions are compared. What would can be made to stand still for as long
 * as the rollout lasts.
 */
abstract class ScalerCheck implements PreflightCheck {

    private final String name;
    private final Kind kind;
    private final String target;
    private final String fields;

    /**
     * @param target the key of the spec that says whose pods it changes
     * @param fields JSON pointer of the object that holds the fields to set
     */
    ScalerCheck(String name, Kind kind, String target, String fields) {
        this.name = name;
        this.kind = kind;
        this.target = target;
        this.fields = fields;
    }

    /** One of the kind, and the version whose pods it changes. */
    record Scaler(KubeObject object, PodOwner version) {}

    /** Whether it changes pods as it is now. */
    abstract boolean moves(Scaler scaler, ClusterContext context) throws RouterException;

    /** Whether one that stands still is good enough. */
    boolean canStandStill(Scaler scaler, ClusterContext context) throws RouterException {
        return true;
    }

    /** Tells what one that moves may do. */
    abstract void tell(Scaler scaler, ClusterContext context, Findings found) throws RouterException;

    /** The fields with which it stands still. */
    abstract ObjectNode still(Scaler scaler, ClusterContext context) throws RouterException;

    /** What was done to it, for people. */
    abstract String stilled(Scaler scaler, ClusterContext context);

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Right> rights(boolean fix) {
        return fix ? Right.on(kind, "list", "get", "update") : Right.on(kind, "list");
    }

    @Override
    public void look(ClusterContext context, Findings found) throws RouterException {
        for (Scaler scaler : scalers(context)) {
            FieldOverride.left(context, scaler.object, found);
            if (moves(scaler, context)) {
                tell(scaler, context, found);
            }
        }
    }

    @Override
    public void applyFixes(ClusterContext context, Findings fixed) throws RouterException {
        for (Scaler scaler : scalers(context)) {
            if (canStandStill(scaler, context) && (moves(scaler, context) || FieldOverride.of(scaler.object) != null)) {
                FieldOverride.apply(context, scaler.object.ref(), fields, still(scaler, context));
                fixed.add(
                        PreflightFinding.Severity.FIXED,
                        scaler.object.ref(),
                        stilled(scaler, context),
                        "put back when the rollout ends",
                        "");
            }
        }
    }

    @Override
    public void restore(ClusterContext context) throws RouterException {
        for (KubeObject object : context.cluster().listKnown(kind, context.namespace())) {
            if (FieldOverride.of(object) != null) {
                FieldOverride.restore(context, object.ref());
            }
        }
    }

    private List<Scaler> scalers(ClusterContext context) throws RouterException {
        List<PodOwner> versions = context.versions();
        List<Scaler> found = new ArrayList<>();
        for (KubeObject object : context.cluster().listKnown(kind, context.namespace())) {
            JsonNode of = object.spec().path(target);
            for (PodOwner version : versions) {
                if (of.path("kind").asText().equals(version.ref().kind().name())
                        && of.path("name").asText().equals(version.ref().name())) {
                    found.add(new Scaler(object, version));
                }
            }
        }
        return found;
    }

    /** Nobody changes the number of pods while two versions are compared. */
    static final class Horizontal extends ScalerCheck {

        private static final Right UPDATE = Right.on(Kind.AUTOSCALER, "update").get(0);
        private static final String DISABLED = "Disabled";

        Horizontal() {
            super("hpa", Kind.AUTOSCALER, "scaleTargetRef", "/spec");
        }

        /** Where the driver scales the stable version, even an autoscaler that allows one number undoes that. */
        @Override
        boolean canStandStill(Scaler scaler, ClusterContext context) {
            return !context.settings().scalesStable()
                    || !scaler.version().ref().equals(context.objects().stable());
        }

        @Override
        boolean moves(Scaler scaler, ClusterContext context) throws RouterException {
            if (!canStandStill(scaler, context)) {
                return true;
            }
            return sharesPods(context)
                    ? !paused(scaler) || min(scaler) > 1 || max(scaler) < shared(context)
                    : min(scaler) != max(scaler);
        }

        private static boolean paused(Scaler scaler) {
            JsonNode behavior = scaler.object().spec().path("behavior");
            return behavior.at("/scaleUp/selectPolicy").asText().equals(DISABLED)
                    && behavior.at("/scaleDown/selectPolicy").asText().equals(DISABLED);
        }

        @Override
        void tell(Scaler scaler, ClusterContext context, Findings found) throws RouterException {
            ObjectRef hpa = scaler.object().ref();
            if (!canStandStill(scaler, context)) {
                found.error(
                        hpa,
                        "scales " + scaler.version().ref(),
                        "dynamicStableScale sets the number of its pods too, and each undoes what the other does",
                        context.kubectl() + " delete hpa " + hpa.name()
                                + "  # for as long as the rollout lasts; or leave out dynamicStableScale");
                return;
            }
            String still = context.kubectl() + " patch hpa "
                    + scaler.object().ref().name() + " -p '{\"spec\":" + still(scaler, context) + "}'";
            String what =
                    "may scale " + scaler.version().ref() + " from " + min(scaler) + " to " + max(scaler) + " pods";
            String why = "the numbers of pods are the weight with this driver, and it sets others";
            if (!sharesPods(context)) {
                found.warning(
                        hpa,
                        what,
                        "pods that start in the middle of a phase are cold and open new connections, which looks like a"
                                + " fault of the version; and the side that is being scaled looks better than it is",
                        still);
            } else if (context.plan().fix() && context.cluster().may(UPDATE, context.namespace())) {
                found.warning(hpa, what, why, still);
            } else {
                found.error(
                        hpa,
                        what,
                        why,
                        still + "  # and put it back afterwards, or have it done by preflight: { fix: true }");
            }
        }

        /** With rules that allow nothing, an autoscaler sees to its two limits and nothing else. */
        @Override
        ObjectNode still(Scaler scaler, ClusterContext context) throws RouterException {
            ObjectNode still = Cluster.JSON.createObjectNode();
            if (!sharesPods(context)) {
                return still.put("minReplicas", pods(scaler)).put("maxReplicas", pods(scaler));
            }
            still.put("minReplicas", 1).put("maxReplicas", Math.max(max(scaler), shared(context)));
            still.withObject("/behavior/scaleUp").put("selectPolicy", DISABLED);
            still.withObject("/behavior/scaleDown").put("selectPolicy", DISABLED);
            return still;
        }

        @Override
        String stilled(Scaler scaler, ClusterContext context) {
            return (sharesPods(context) ? "was paused (" : "was pinned to " + pods(scaler) + " pods (") + min(scaler)
                    + " to " + max(scaler) + " before)";
        }

        /** Whether the driver itself sets the numbers of pods, so that one number for the whole rollout would be in its way. */
        private static boolean sharesPods(ClusterContext context) {
            return context.settings().driver().equals("deployment");
        }

        private static int shared(ClusterContext context) throws RouterException {
            return context.settings().pods() > 0
                    ? context.settings().pods()
                    : context.versions().stream().mapToInt(PodOwner::replicas).sum();
        }

        private static int min(Scaler scaler) {
            return scaler.object().spec().path("minReplicas").asInt(1);
        }

        private static int max(Scaler scaler) {
            return scaler.object().spec().path("maxReplicas").asInt(1);
        }

        /** Those that it runs now, within what the autoscaler allows. */
        private static int pods(Scaler scaler) {
            return Math.max(Math.max(1, min(scaler)), Math.min(scaler.version().replicas(), max(scaler)));
        }
    }

    /** Nobody evicts pods to give them other resources while two versions are compared. */
    static final class Vertical extends ScalerCheck {

        private static final String OFF = "Off";

        Vertical() {
            super(
                    "vpa",
                    new Kind("autoscaling.k8s.io", "v1", "VerticalPodAutoscaler", "verticalpodautoscalers"),
                    "targetRef",
                    "/spec/updatePolicy");
        }

        @Override
        boolean moves(Scaler scaler, ClusterContext context) {
            return !mode(scaler).equals(OFF);
        }

        @Override
        void tell(Scaler scaler, ClusterContext context, Findings found) {
            found.warning(
                    scaler.object().ref(),
                    "has updateMode " + mode(scaler),
                    "it evicts pods and starts them with other resources, so the two versions are no longer compared alike, and"
                            + " new pods may find no node that is large enough",
                    context.kubectl() + " patch vpa " + scaler.object().ref().name()
                            + " --type=merge -p '{\"spec\":{\"updatePolicy\":{\"updateMode\":\"Off\"}}}'");
        }

        @Override
        ObjectNode still(Scaler scaler, ClusterContext context) {
            return Cluster.JSON.createObjectNode().put("updateMode", OFF);
        }

        @Override
        String stilled(Scaler scaler, ClusterContext context) {
            return "was switched to Off (" + mode(scaler) + " before)";
        }

        /** Nothing said is Recreate in effect. */
        private static String mode(Scaler scaler) {
            return scaler.object().spec().at("/updatePolicy/updateMode").asText("Recreate");
        }
    }
}

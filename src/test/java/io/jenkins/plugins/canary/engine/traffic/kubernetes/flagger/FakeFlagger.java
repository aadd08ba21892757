package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.nio.charset.StandardCharsets;

/** As much of Flagger's scheduler as moves weights and asks gates, in its order; one pass is one analysis interval. */
final class FakeFlagger {

    private final KubeWorld world;
    private final String token;
    private KubeObject canary;
    private KubeObject target;

    FakeFlagger(KubeWorld world, String token) {
        this.world = world;
        this.token = token;
    }

    void pass() throws Exception {
        canary = world.get(KubeWorld.CANARY, "api");
        target = world.get(Kind.DEPLOYMENT, "api");
        String phase = canary.status().path("phase").asText();
        switch (phase) {
            case "" -> initialise();
            case "Promoting" -> {
                route(0);
                status("Finalising", 0);
            }
            case "Finalising" -> {
                scale(0);
                canary = world.get(KubeWorld.CANARY, "api");
                String applied = canary.status().path("lastAppliedSpec").asText();
                status("Succeeded", 0);
                world.putStatus(world.get(KubeWorld.CANARY, "api"), s -> s.put("lastPromotedSpec", applied));
            }
            case "Progressing", "WaitingPromotion" -> analyse(phase);
            default -> begin(phase);
        }
    }

    private void initialise() throws Exception {
        ObjectNode primary = Cluster.JSON.createObjectNode();
        primary.set("spec", target.spec().deepCopy());
        world.admin().create(world.ref(Kind.DEPLOYMENT, "api-primary"), primary);
        route(0);
        scale(0);
        status("Initialized", 0);
        String first = hash();
        world.putStatus(
                world.get(KubeWorld.CANARY, "api"),
                s -> s.put("lastAppliedSpec", first).put("lastPromotedSpec", first));
    }

    private void begin(String phase) throws Exception {
        boolean changed = !hash().equals(
                                canary.status().path("lastPromotedSpec").asText())
                && !hash().equals(canary.status().path("lastAppliedSpec").asText());
        String seen = hash();
        if (phase.equals("Failed")) {
            world.putStatus(canary, s -> s.put("lastAppliedSpec", seen));
        }
        if (!changed && !phase.equals("Waiting")) {
            return;
        }
        if (!asked("confirm-rollout")) {
            status("Waiting", 0);
            return;
        }
        scale(1);
        status("Progressing", 0);
        String applied = hash();
        world.putStatus(world.get(KubeWorld.CANARY, "api"), s -> s.put("lastAppliedSpec", applied));
    }

    private void analyse(String phase) throws Exception {
        if (target.status().path("readyReplicas").asInt() == 0) {
            return;
        }
        if (asked("rollback")) {
            fail();
            return;
        }
        FlaggerSteps steps = FlaggerSteps.of(canary.spec().path("analysis"));
        int weight = weight();
        if (!phase.equals("WaitingPromotion") && !asked("confirm-traffic-increase")) {
            return;
        }
        if (weight < steps.max()) {
            route(steps.after(weight));
            status("Progressing", steps.after(weight));
        } else if (!asked("confirm-promotion")) {
            status("WaitingPromotion", 0);
        } else {
            world.edit(
                    Kind.DEPLOYMENT,
                    "api-primary",
                    tree -> tree.withObject("/spec")
                            .set("template", target.spec().path("template").deepCopy()));
            status("Promoting", weight);
        }
    }

    /** What Flagger does when its own checks have failed too often. */
    void fail() throws Exception {
        route(0);
        scale(0);
        status("Failed", 0);
        world.putStatus(world.get(KubeWorld.CANARY, "api"), s -> {
            ObjectNode condition = s.putArray("conditions").addObject();
            condition.put("type", "Promoted").put("status", "False").put("message", "Canary analysis failed.");
        });
    }

    private boolean asked(String type) {
        ObjectNode question = Cluster.JSON
                .createObjectNode()
                .put("name", "api")
                .put("namespace", world.namespace())
                .put("phase", "Progressing")
                .put("checksum", "0");
        question.putObject("metadata").put("token", token);
        return FlaggerGates.answer(type, question.toString().getBytes(StandardCharsets.UTF_8))
                        .status()
                <= 202;
    }

    private String hash() throws Exception {
        return Integer.toHexString(world.get(Kind.DEPLOYMENT, "api")
                .spec()
                .path("template")
                .toString()
                .hashCode());
    }

    private void status(String phase, int weight) throws Exception {
        world.putStatus(
                world.get(KubeWorld.CANARY, "api"),
                s -> s.put("phase", phase)
                        .put("canaryWeight", weight)
                        .put("failedChecks", 0)
                        .put("iterations", 0));
    }

    private void scale(int replicas) throws Exception {
        world.edit(Kind.DEPLOYMENT, "api", tree -> tree.withObject("/spec").put("replicas", replicas));
    }

    private int weight() throws Exception {
        for (JsonNode ref : world.get(KubeWorld.HTTP_ROUTE, "api").tree().at("/spec/rules/0/backendRefs")) {
            if (ref.path("name").asText().equals("api-canary")) {
                return ref.path("weight").asInt();
            }
        }
        throw new AssertionError("no canary in the route");
    }

    void route(int weight) throws Exception {
        if (world.admin().find(world.ref(KubeWorld.HTTP_ROUTE, "api")).isPresent()) {
            world.edit(KubeWorld.HTTP_ROUTE, "api", route -> weigh(route, weight));
        } else {
            ObjectNode route = Cluster.JSON.createObjectNode();
            weigh(route, weight);
            world.admin().create(world.ref(KubeWorld.HTTP_ROUTE, "api"), route);
        }
    }

    private static void weigh(ObjectNode route, int weight) {
        ArrayNode refs = route.withObject("/spec").putArray("rules").addObject().putArray("backendRefs");
        refs.addObject().put("name", "api-primary").put("port", 80).put("weight", 100 - weight);
        refs.addObject().put("name", "api-canary").put("port", 80).put("weight", weight);
    }
}

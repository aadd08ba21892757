package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmRelease.Helm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One release of a chart with a stable and a canary Deployment, in memory; what it keeps, Helm keeps in Secrets. */
final class FakeHelm implements Helm {

    record Revision(ObjectNode values, String status, String description) {}

    final List<Revision> revisions = new ArrayList<>();
    final List<String> writes = new ArrayList<>();
    boolean podsReady = true;
    /** What the next write does instead of succeeding: its error. */
    String nextError;

    boolean nextErrorComesAfterwards;
    boolean chartIsGone;

    FakeHelm() {
        add(
                tree(
                        "{\"image\":{\"tag\":\"v1\"},\"canary\":{\"enabled\":false,\"weight\":0,\"tag\":\"\"},\"replicas\":3}"),
                "deployed",
                "Install complete");
    }

    static ObjectNode tree(String json) {
        try {
            return (ObjectNode) Cluster.JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    void add(ObjectNode values, String status, String description) {
        revisions.add(new Revision(values, status, description));
    }

    Revision latest() {
        return revisions.get(revisions.size() - 1);
    }

    /** As somebody else upgrades it. */
    void foreign(String values) {
        add(merged(latest().values, tree(values)), "deployed", "Upgrade complete");
    }

    private static ObjectNode merged(ObjectNode into, JsonNode from) {
        ObjectNode result = into.deepCopy();
        from.properties()
                .forEach(e -> result.set(
                        e.getKey(),
                        e.getValue().isObject()
                                ? merged((ObjectNode) result.path(e.getKey()), e.getValue())
                                : e.getValue()));
        return result;
    }

    @Override
    public String run(List<String> arguments, String input) throws RouterException {
        return switch (arguments.get(0)) {
            case "history" -> history();
            case "get" ->
                arguments.get(1).equals("metadata")
                        ? "{\"chart\":\"api\",\"version\":\"0.1.0\"}"
                        : revisions
                                .get(Integer.parseInt(arguments.get(5)) - 1)
                                .values
                                .toString();
            case "status" -> status();
            case "show" -> "apiVersion: v2\nname: api\nversion: 0.1.0\n";
            default -> write(arguments, input);
        };
    }

    private String write(List<String> arguments, String input) throws RouterException {
        writes.add(String.join(" ", arguments));
        boolean upgrade = arguments.get(0).equals("upgrade");
        if (upgrade && chartIsGone) {
            throw new RouterException("helm upgrade: path \"./chart\" not found");
        }
        String error = nextError;
        nextError = null;
        if (error != null && !nextErrorComesAfterwards) {
            throw new RouterException(error);
        }
        if (upgrade) {
            int at = arguments.indexOf("--description");
            add(merged(latest().values, tree(input)), "deployed", at < 0 ? "Upgrade complete" : arguments.get(at + 1));
        } else {
            int to = Integer.parseInt(arguments.get(2));
            add(revisions.get(to - 1).values, "deployed", "Rollback to " + to);
        }
        if (error != null) {
            throw new RouterException(error);
        }
        return "";
    }

    private String history() {
        ArrayNode list = Cluster.JSON.createArrayNode();
        for (int i = 0; i < revisions.size(); i++) {
            list.addObject()
                    .put("revision", i + 1)
                    .put("updated", "2026-01-01T00:00:00Z")
                    .put("status", revisions.get(i).status)
                    .put("description", revisions.get(i).description);
        }
        return list.toString();
    }

    private String status() {
        JsonNode values = latest().values;
        ObjectNode status = Cluster.JSON.createObjectNode();
        ArrayNode deployments = status.withObject("/info/resources").putArray("v1/Deployment");
        deployment(deployments.addObject(), "api", values.at("/image/tag").asText());
        if (values.at("/canary/enabled").asBoolean()) {
            deployment(
                    deployments.addObject(),
                    "api-canary",
                    values.at("/canary/tag").asText());
        }
        return status.toString();
    }

    private void deployment(ObjectNode tree, String name, String tag) {
        tree.withObject("/metadata").put("name", name).put("namespace", "shop").put("generation", 1);
        tree.withObject("/spec").put("replicas", 1);
        tree.withObject("/spec/template/spec")
                .putArray("containers")
                .addObject()
                .put("name", "api")
                .put("image", "registry:5000/api:" + tag);
        tree.withObject("/status")
                .put("observedGeneration", 1)
                .put("replicas", 1)
                .put("updatedReplicas", 1)
                .put("availableReplicas", podsReady ? 1 : 0);
    }
}

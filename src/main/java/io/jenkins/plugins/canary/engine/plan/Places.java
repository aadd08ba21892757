package io.jenkins.plugins.canary.engine.plan;

import java.util.List;

/** Finds the place of a value in a plan, for problems that show only once the plan is read. */
final class Places {

    private final PlanNode root;

    Places(PlanNode root) {
        this.root = root;
    }

    /**
     * The node at a path of keys (String) and positions (Integer); where the plan leaves it to a default, the nearest
     * node above it.
     */
    PlanNode at(Object... path) {
        PlanNode node = root;
        for (Object step : path) {
            PlanNode next = child(node, step);
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }

    boolean has(Object... path) {
        PlanNode node = root;
        for (Object step : path) {
            node = child(node, step);
            if (node == null) {
                return false;
            }
        }
        return true;
    }

    private static PlanNode child(PlanNode node, Object step) {
        if (step instanceof String key) {
            return node.isObject() ? node.object().get(key).orElse(null) : null;
        }
        List<PlanNode> items = node.isList() ? node.list() : List.of();
        int index = (Integer) step;
        return index < items.size() ? items.get(index) : null;
    }
}

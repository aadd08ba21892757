package io.jenkins.plugins.canary.engine.yaml;

import java.util.List;

/** Finds the place of a value in a plan, for problems that show only once the plan is read. */
public final class YamlPlaces {

    private final YamlNode root;

    public YamlPlaces(YamlNode root) {
        this.root = root;
    }

    /**
     * The node at a path of keys (String) and positions (Integer); where the plan leaves it to a default, the nearest
     * node above it.
     */
    public YamlNode at(Object... path) {
        YamlNode node = root;
        for (Object step : path) {
            YamlNode next = child(node, step);
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }

    public boolean has(Object... path) {
        YamlNode node = root;
        for (Object step : path) {
            node = child(node, step);
            if (node == null) {
                return false;
            }
        }
        return true;
    }

    private static YamlNode child(YamlNode node, Object step) {
        if (step instanceof String key) {
            return node.isObject() ? node.object().value(key) : null;
        }
        List<YamlNode> items = node.isList() ? node.list() : List.of();
        int index = (Integer) step;
        return index < items.size() ? items.get(index) : null;
    }
}

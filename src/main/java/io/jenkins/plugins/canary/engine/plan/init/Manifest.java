package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One Kubernetes object of a file.
 *
 * @param file as it was named on the command line
 */
record Manifest(String file, YamlNode root) {

    /** In place of a file; lines say nothing there. */
    static final String CLUSTER = "cluster";

    String kind() {
        return text(root, "kind");
    }

    /** The API's group, "" for the core group. */
    String group() {
        String version = text(root, "apiVersion");
        return version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    }

    String name() {
        return text(root, "metadata", "name");
    }

    /** "" when the manifest leaves it to whoever applies it. */
    String namespace() {
        return text(root, "metadata", "namespace");
    }

    YamlNode spec() {
        return find(root, "spec");
    }

    /** Where a value stands, for people. */
    String place(YamlNode at) {
        return (file.equals(CLUSTER) ? file : file + ":" + at.line()) + " " + this
                + (at.path().isEmpty() ? "" : " " + at.path());
    }

    /** {@code Rollout shop/api}. */
    @Override
    public String toString() {
        return kind() + " " + (namespace().isEmpty() ? "" : namespace() + "/") + name();
    }

    /** The node at a path of keys and positions; null when there is none, or when it says null. */
    static YamlNode find(YamlNode from, Object... path) {
        if (from == null || !from.has(path)) {
            return null;
        }
        YamlNode found = from.at(path);
        return isNull(found) ? null : found;
    }

    static boolean isNull(YamlNode node) {
        return node.node().getTag().equals(Tag.NULL);
    }

    /** The scalar at a path; "" when there is none. */
    static String text(YamlNode from, Object... path) {
        YamlNode found = find(from, path);
        return found != null && found.isScalar() ? found.scalar() : "";
    }

    /** The items of the list at a path; none when there is no list. */
    static List<YamlNode> items(YamlNode from, Object... path) {
        YamlNode found = find(from, path);
        return found != null && found.isList() ? found.list() : List.of();
    }

    /** The keys of the object at a path; none when there is no object. */
    static List<String> keys(YamlNode from, Object... path) {
        YamlNode found = find(from, path);
        return found != null && found.isObject()
                ? new ArrayList<>(found.object().keys())
                : List.of();
    }

    /** The whole number at a path; the default when there is none. */
    static int whole(YamlNode from, int otherwise, Object... path) {
        String text = text(from, path);
        return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }
}

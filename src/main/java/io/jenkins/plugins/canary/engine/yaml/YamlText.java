package io.jenkins.plugins.canary.engine.yaml;

import java.io.StringReader;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Turns a plan's text into nodes. YAML is composed, never constructed: no tag in a plan creates an object. Text that
 * grows without bound (aliases of aliases, deep nesting, a node inside itself) is refused.
 */
public final class YamlText {

    public static final int MAX_CHARACTERS = 1 << 20;
    static final int MAX_NODES = 20_000;
    static final int MAX_DEPTH = 24;
    private static final int MAX_ALIASES = 1_000;

    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int visited;

    private YamlText() {}

    /** The root of the plan; null after reporting when there is none. */
    public static YamlNode parse(String text, Problems problems) {
        if (text.length() > MAX_CHARACTERS) {
            problems.error(1, 1, "the plan is longer than " + MAX_CHARACTERS + " characters", "shorten it");
            return null;
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        try {
            Node root = new Yaml(options).compose(new StringReader(spaced(text)));
            if (root == null) {
                problems.error(1, 1, "the plan is empty", "write at least name, traffic and phases");
                return null;
            }
            Flaw flaw = new YamlText().walk(root, 0);
            if (flaw != null) {
                problems.error(
                        new YamlNode(flaw.where(), "", problems).line(),
                        new YamlNode(flaw.where(), "", problems).column(),
                        flaw.message(),
                        flaw.remedy());
                return null;
            }
            return new YamlNode(root, "", problems);
        } catch (YAMLException broken) {
            SyntaxProblem.report(broken, text, problems);
            return null;
        }
    }

    /** JSON may be indented with tabs, which YAML refuses even between brackets; a space keeps every place. */
    private static String spaced(String text) {
        return text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
    }

    private record Flaw(Node where, String message, String remedy) {}

    private Flaw walk(Node node, int depth) {
        if (++visited > MAX_NODES) {
            return new Flaw(
                    node,
                    "the plan has more than " + MAX_NODES + " values, counting each use of an alias",
                    "write fewer, or use fewer aliases");
        }
        if (depth > MAX_DEPTH) {
            return new Flaw(node, "the plan is nested deeper than " + MAX_DEPTH + " levels", "flatten it");
        }
        if (!open.add(node)) {
            return new Flaw(node, "this value contains itself through an alias", "write it out without the alias");
        }
        Flaw found = null;
        if (node instanceof SequenceNode list) {
            for (Node item : list.getValue()) {
                found = found == null ? walk(item, depth + 1) : found;
            }
        } else if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                found = found == null ? walk(entry.getKeyNode(), depth + 1) : found;
                found = found == null ? walk(entry.getValueNode(), depth + 1) : found;
            }
        }
        open.remove(node);
        return found;
    }
}

package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlTree;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Puts the values of {@code params} in place of {@code {{params.NAME}}}. A value stays a part of one text: it becomes neither
 * a key nor a list, whatever is in it.
 */
final class Parameters {

    static final String KEY = "params";
    private static final String PREFIX = KEY + ".";
    private static final String NAME = "[A-Za-z][A-Za-z0-9_-]{0,62}";
    /** Characters of a value: a name, an address or a matcher. */
    private static final int LONGEST = 1_000;

    private final YamlNode root;
    private final Map<String, String> values;
    private final Set<String> used = new TreeSet<>();

    private Parameters(YamlNode root, Map<String, String> values) {
        this.root = root;
        this.values = values;
    }

    /** The plan without its parameters; reports those that are missing, and those that nothing uses. */
    static Node filled(YamlNode root) {
        if (!root.isObject()) {
            return root.node();
        }
        YamlObject given = root.has(KEY) ? root.at(KEY).object() : null;
        Parameters parameters = new Parameters(root, given == null ? Map.of() : values(given));
        Node bare = given == null ? root.node() : YamlTree.without(root.node(), Set.of(KEY));
        Node filled = YamlTree.filled(bare, parameters::fill);
        Node result = parameters.used.isEmpty() ? bare : filled;
        if (given != null) {
            given.keys().stream()
                    .filter(name -> !parameters.used.contains(name))
                    .forEach(name -> given.key(name)
                            .error(
                                    "nothing uses the parameter " + YamlNode.shown(name),
                                    parameters.used.isEmpty()
                                            ? "write {{params.NAME}} where its value belongs"
                                            : "the plan uses: " + String.join(", ", parameters.used)));
        }
        return result;
    }

    private static Map<String, String> values(YamlObject given) {
        return given.map(name -> {
            if (!name.matches(NAME)) {
                given.key(name)
                        .error(
                                YamlNode.shown(name) + " is not a parameter's name",
                                "use letters, digits, '-' and '_', such as service");
            }
            YamlNode value = given.value(name);
            String text = value.shortText(LONGEST);
            return value.checked(
                    text,
                    t -> !t.contains("{{" + PREFIX),
                    "a parameter's value cannot use another parameter",
                    "write the value itself");
        });
    }

    private ScalarNode fill(ScalarNode scalar) {
        String text = Placeholders.replaced(scalar.getValue(), name -> value(scalar, name));
        return text.equals(scalar.getValue()) ? scalar : YamlTree.text(scalar, text);
    }

    /** Null for a placeholder that is no parameter, and after reporting that there is no value. */
    private String value(ScalarNode scalar, String placeholder) {
        if (!placeholder.startsWith(PREFIX)) {
            return null;
        }
        String name = placeholder.substring(PREFIX.length());
        used.add(name);
        String value = values.get(name);
        if (value == null && !(root.has(KEY) && root.at(KEY).has(name))) {
            new YamlNode(scalar, "", root.problems())
                    .error(
                            "the parameter " + YamlNode.shown(name) + " is missing",
                            "add params: { " + name + ": ... }");
        }
        return value;
    }
}

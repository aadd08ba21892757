package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arguments of one analysis of a Rollout, and the texts in which they stand. */
final class ArgoArguments {

    private static final Pattern USE = Pattern.compile("\\{\\{\\s*+args\\.([^{}\\s]++)\\s*+}}");
    private static final Pattern LABEL = Pattern.compile("metadata\\.(labels|annotations)\\['([^']++)']");

    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> missing = new HashMap<>();

    /** @param analysis of the Rollout, whose arguments win over the template's own */
    ArgoArguments(Inputs in, Manifest rollout, YamlNode analysis, Manifest template) {
        Set<String> declared = new HashSet<>();
        for (YamlNode arg : items(template.spec(), "args")) {
            declared.add(text(arg, "name"));
            read(arg, rollout);
        }
        // Argo Rollouts passes on what the template asks for, and nothing else.
        for (YamlNode arg : items(analysis, "args")) {
            if (declared.contains(text(arg, "name"))) {
                read(arg, rollout);
            }
        }
        in.args().forEach((name, value) -> {
            values.put(name, value);
            missing.remove(name);
        });
    }

    private void read(YamlNode arg, Manifest rollout) {
        String name = text(arg, "name");
        String field = text(arg, "valueFrom", "fieldRef", "fieldPath");
        String hash = text(arg, "valueFrom", "podTemplateHashValue");
        String value = find(arg, "value") != null ? text(arg, "value") : field(rollout, field);
        if (value != null) {
            values.put(name, value);
            missing.remove(name);
        } else if (!hash.isEmpty() || !values.containsKey(name)) {
            values.remove(name);
            missing.put(
                    name,
                    find(arg, "valueFrom", "secretKeyRef") != null
                            ? "it comes from a Secret"
                            : hash.isEmpty()
                                    ? "it has no value here"
                                    : "the hash of the pod template is known only while the Rollout runs");
        }
    }

    /** Null when the Rollout does not have the field, or it is no text. */
    private static String field(Manifest rollout, String path) {
        Matcher label = LABEL.matcher(path);
        YamlNode found = label.matches()
                ? find(rollout.root(), "metadata", label.group(1), label.group(2))
                : path.isEmpty() ? null : find(rollout.root(), (Object[]) path.split("\\."));
        return found != null && found.isScalar() ? found.scalar() : null;
    }

    /**
     * The text with every argument's value.
     *
     * @throws Unresolved when one has none, or when another placeholder is left
     */
    String fill(String text) throws Unresolved {
        StringBuilder out = new StringBuilder();
        Matcher use = USE.matcher(text);
        while (use.find()) {
            String name = use.group(1);
            if (!values.containsKey(name)) {
                String why = missing.getOrDefault(name, "nothing gives it a value");
                throw new Unresolved(
                        "needs the argument " + name + ", and " + why + "; the metric is left out",
                        "give --arg " + name
                                + "=VALUE; a plan's {{version}}, {{track}} and {{labels}} may stand in it");
            }
            use.appendReplacement(out, Matcher.quoteReplacement(values.get(name)));
        }
        String rest = use.appendTail(out).toString();
        if (USE.matcher(text).replaceAll("").contains("{{")) {
            throw new Unresolved(
                    "holds a placeholder other than {{args.NAME}}; the metric is left out", "write its value");
        }
        return rest;
    }

    /** A text in which something is missing. */
    static final class Unresolved extends Exception {
        private static final long serialVersionUID = 1L;

        final String remedy;

        Unresolved(String reason, String remedy) {
            super(reason);
            this.remedy = remedy;
        }
    }
}

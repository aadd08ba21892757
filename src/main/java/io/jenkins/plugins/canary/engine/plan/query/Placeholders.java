package io.jenkins.plugins.canary.engine.plan.query;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code {{names}}} that stand in queries, addresses and labels for what differs from rollout to rollout. */
public enum Placeholders {
    TRACK("track"),
    TARGET("target"),
    NAMESPACE("namespace"),
    VERSION("version"),
    WINDOW("window"),
    LABELS("labels"),
    FROM("from"),
    FROM_MILLIS("fromMillis"),
    FROM_TIME("fromTime"),
    TO("to"),
    TO_MILLIS("toMillis"),
    TO_TIME("toTime"),
    STEP("step"),
    STEP_MILLIS("stepMillis");

    /** What stands for something in each address and label that belongs to a track. */
    public static final List<Placeholders> OF_TRACKS = List.of(TRACK, TARGET, NAMESPACE, VERSION);

    /** What stands for something in a query, whose time the server is told by itself. */
    public static final List<Placeholders> OF_QUERIES = List.of(TRACK, TARGET, NAMESPACE, VERSION, WINDOW, LABELS);

    private static final Pattern USE = Pattern.compile("\\{\\{([^{}]*+)}}");

    private final String word;

    Placeholders(String word) {
        this.word = word;
    }

    /** Whether the text holds this one. */
    public boolean in(String text) {
        return names(text).contains(word());
    }

    public String word() {
        return word;
    }

    /** Reports those that are unknown here, or that this plan gives no value. */
    public static void check(YamlNode node, String text, Target target, List<Placeholders> allowed) {
        List<String> known = allowed.stream().map(Placeholders::word).toList();
        for (String name : names(text)) {
            if (!known.contains(name)) {
                node.error(
                        "nothing stands for {{" + name + "}} here", "known: {{" + String.join("}}, {{", known) + "}}");
            }
        }
        if (TARGET.in(text) && target.deployment().isEmpty()) {
            node.error("{{target}} stands for nothing: the plan names no deployment", "add target.deployment");
        }
        if (NAMESPACE.in(text) && target.namespace().isEmpty()) {
            node.error("{{namespace}} stands for nothing: the plan names no namespace", "add target.namespace");
        }
    }

    /** The text with a plain word in each placeholder's place, to see whether the rest is well formed. */
    public static String filled(String text) {
        return USE.matcher(text).replaceAll("x");
    }

    /**
     * The text with other texts in place of some placeholders.
     *
     * @param value of a placeholder by its name; null to leave the placeholder as it is
     */
    public static String replaced(String text, UnaryOperator<String> value) {
        return USE.matcher(text).replaceAll(use -> {
            String found = value.apply(use.group(1).strip());
            return Matcher.quoteReplacement(found == null ? use.group() : found);
        });
    }

    private static List<String> names(String text) {
        return USE.matcher(text)
                .results()
                .map(m -> m.group(1).strip())
                .distinct()
                .toList();
    }
}

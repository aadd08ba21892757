package io.jenkins.plugins.canary.engine.plan.query;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.HashSet;
import java.util.Set;

/** Reads the label matchers that select a track, such as {@code version="v2",zone!="test"}. */
public final class LabelMatchers {

    private LabelMatchers() {}

    /** The matchers as written; null after reporting when they are none. */
    public static String read(YamlNode node, Target target) {
        String text = node.shortText(1_000);
        if (text == null) {
            return null;
        }
        String example = "write name=\"value\", several separated by commas, for example 'version=\"v2\"'";
        if (text.strip().startsWith("{")) {
            node.error("label matchers are written without braces", example);
            return null;
        }
        try {
            MatcherList.parse(Placeholders.filled(text));
        } catch (IllegalArgumentException broken) {
            node.error(YamlNode.shown(text) + " is not a list of label matchers", example);
            return null;
        }
        Placeholders.check(
                node,
                text,
                target,
                Placeholders.TRACK,
                Placeholders.TARGET,
                Placeholders.NAMESPACE,
                Placeholders.VERSION);
        return text;
    }

    /** Whether both select the same series, in whatever order and spacing they are written. */
    public static boolean same(String one, String other) {
        return !Placeholders.TRACK.in(one)
                && !Placeholders.TRACK.in(other)
                && matches(one).equals(matches(other));
    }

    /** What is in the first and not in the second: what tells one track from the other. */
    public static Set<PromQl.LabelMatch> distinguishing(String one, String other) {
        Set<PromQl.LabelMatch> left = matches(one);
        left.removeAll(matches(other));
        return left;
    }

    private static Set<PromQl.LabelMatch> matches(String text) {
        return new HashSet<>(PromQl.parse(text).matchers());
    }
}

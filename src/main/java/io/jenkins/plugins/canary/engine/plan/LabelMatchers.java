package io.jenkins.plugins.canary.engine.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the label matchers that select a track, such as {@code version="v2",zone!="test"}. */
final class LabelMatchers {

    private LabelMatchers() {}

    /** The matchers as written; null after reporting when they are none. */
    static String read(PlanNode node) {
        String text = node.text();
        if (text == null) {
            return null;
        }
        String example = "write name=\"value\", several separated by commas, for example 'version=\"v2\"'";
        if (text.strip().startsWith("{")) {
            node.error("label matchers are written without braces", example);
            return null;
        }
        if (!wellFormed(PromQl.parse(text))) {
            node.error(PlanNode.shown(text) + " is not a list of label matchers", example);
            return null;
        }
        Placeholders.check(node, text, Placeholders.TRACK, Placeholders.TARGET, Placeholders.NAMESPACE,
                Placeholders.VERSION);
        return text;
    }

    private static boolean wellFormed(PromQl parsed) {
        List<PromQl.Token> tokens = parsed.tokens();
        int matchers = parsed.matchers().size();
        // name, operator and value each, and commas between them: nothing else may be there.
        long commas = tokens.stream().filter(t -> t.is(",")).count();
        return parsed.flaw() == null && matchers > 0 && tokens.size() == 3 * matchers + commas && commas == matchers - 1
                && !tokens.get(tokens.size() - 1).is(",") && !tokens.get(0).is(",");
    }

    /** Whether both select the same series, in whatever order and spacing they are written. */
    static boolean same(String one, String other) {
        return !Placeholders.TRACK.in(one) && !Placeholders.TRACK.in(other) && matches(one).equals(matches(other));
    }

    /** What is in the first and not in the second: what tells one track from the other. */
    static Set<PromQl.LabelMatch> distinguishing(String one, String other) {
        Set<PromQl.LabelMatch> left = matches(one);
        left.removeAll(matches(other));
        return left;
    }

    private static Set<PromQl.LabelMatch> matches(String text) {
        return new HashSet<>(PromQl.parse(text).matchers());
    }
}

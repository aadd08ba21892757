package io.jenkins.plugins.canary.engine.plan.lint;

import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.List;
import java.util.Set;

/** {@code histogram_quantile} over classic buckets that were not added up by {@code le}. */
final class HistogramLint {

    private static final Set<String> SUMS = Set.of("sum", "avg", "max", "min", "count");

    private HistogramLint() {}

    static void lint(PromQl query, YamlNode place) {
        List<PromQl.Token> tokens = query.tokens();
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).word("histogram_quantile") && tokens.get(i + 1).is("(")) {
                quantile(tokens.subList(i + 2, query.closing(i + 1)), place);
            }
        }
    }

    private static void quantile(List<PromQl.Token> inside, YamlNode place) {
        // A native histogram has no buckets and no le; the name is all that tells.
        boolean buckets = inside.stream()
                .anyMatch(t -> t.kind() == PromQl.Kind.WORD && t.text().endsWith("_bucket"));
        if (!buckets || keepsLe(inside)) {
            return;
        }
        boolean sums = inside.stream().anyMatch(t -> SUMS.contains(t.text()));
        place.warning(
                sums
                        ? "the sum inside histogram_quantile drops the label le, so there is never a result"
                        : "histogram_quantile without a sum gives one quantile for each instance, not one for the track",
                "write histogram_quantile(0.99, sum by (le) (rate(...)))");
    }

    /** {@code by (..., le, ...)} or a {@code without (...)} that leaves le. */
    private static boolean keepsLe(List<PromQl.Token> inside) {
        for (int i = 0; i + 1 < inside.size(); i++) {
            boolean by = inside.get(i).word("by");
            if ((by || inside.get(i).word("without")) && inside.get(i + 1).is("(")) {
                int end = i + 2;
                boolean le = false;
                for (; end < inside.size() && !inside.get(end).is(")"); end++) {
                    le |= inside.get(end).word("le");
                }
                if (by == le) {
                    return true;
                }
            }
        }
        return false;
    }
}

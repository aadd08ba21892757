package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code score:}, by which a gate is summed up instead of asking for every criterion. */
final class ScoreReader {

    private static final double MARGINAL = 75;

    static final Section SCORE = Section.of(
            "score",
            "Sums each gate up to 0 to 100 instead of asking for every criterion.",
            Map.of(
                    "groups",
                    KeyType.of(
                            "numbers by name",
                            Map.of(
                                    "type",
                                    "object",
                                    "additionalProperties",
                                    Map.of("type", "number", "minimum", 0, "maximum", 100)),
                            null)),
            """
            pass     | number 0..100 | `95`                     | From this score on the tick is green.
            marginal | number 0..100 | 75, or `pass` if lower   | From this score on a tick that is not green starts the hold anew, but does not count as failed for `consecutiveFailures`.
            groups   | groups        | even                     | The weights of the groups, together at most 100; groups without a weight share what is left.
            """);

    private ScoreReader() {}

    /** Null after reporting when the marks or weights make no sense. */
    static Score read(YamlNode node) {
        YamlObject o = SCORE.at(node);
        Double pass = o.get("pass");
        Double marginal = o.getOr("marginal", Math.min(MARGINAL, pass));
        Map<String, Double> groups = new LinkedHashMap<>();
        if (o.has("groups")) {
            YamlObject weights = o.value("groups").object();
            weights.keys().forEach(name -> groups.put(name, weights.get(name, n -> n.number(0, 100), 0.0)));
        }
        double all = groups.values().stream().mapToDouble(Double::doubleValue).sum();
        if (all > 100) {
            o.value("groups")
                    .error(
                            "the weights of the groups add up to more than 100",
                            "lower them: groups without a weight share what is left of 100");
            return null;
        }
        if (marginal > pass) {
            o.value("marginal").error("the marginal mark is above the pass mark", "swap them");
            return null;
        }
        return new Score(groups, pass, marginal);
    }
}

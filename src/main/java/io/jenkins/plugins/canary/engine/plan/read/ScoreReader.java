package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads {@code score:}, by which a gate is summed up instead of asking for every criterion. */
final class ScoreReader {

    static final double PASS = 95;
    static final double MARGINAL = 75;

    private ScoreReader() {}

    /** Null after reporting when the marks or weights make no sense. */
    static Score read(YamlNode node) {
        YamlObject o = Section.SCORE.at(node);
        Double pass = o.get("pass", ScoreReader::points, PASS);
        Double marginal = o.get("marginal", ScoreReader::points, pass == null ? MARGINAL : Math.min(MARGINAL, pass));
        Map<String, Double> groups = new LinkedHashMap<>();
        o.get("groups").ifPresent(g -> {
            YamlObject weights = g.object();
            weights.keys().forEach(name -> groups.put(name, weights.get(name, ScoreReader::points, 0.0)));
        });
        if (pass == null || marginal == null || groups.containsValue(null)) {
            return null;
        }
        double all = groups.values().stream().mapToDouble(Double::doubleValue).sum();
        if (all > 100) {
            o.get("groups")
                    .orElseThrow()
                    .error(
                            "the weights of the groups add up to more than 100",
                            "lower them: groups without a weight share what is left of 100");
            return null;
        }
        if (marginal > pass) {
            o.get("marginal").orElseThrow().error("the marginal mark is above the pass mark", "swap them");
            return null;
        }
        return new Score(groups, pass, marginal);
    }

    private static Double points(YamlNode node) {
        Double points = node.number();
        if (points != null && !(points >= 0 && points <= 100)) {
            node.error(YamlNode.shown(node.text()) + " is not from 0 to 100", "");
            return null;
        }
        return points;
    }
}

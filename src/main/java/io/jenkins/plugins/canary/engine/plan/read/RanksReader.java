package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.RankSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;

/** Reads what only {@code test: mannWhitney} can be told. */
final class RanksReader {

    static final List<String> KEYS = List.of("allowance", "nan", "outliers", "outlierFactor", "effect");

    private static final Map<String, MannWhitney.Allowance> ALLOWANCES =
            Map.of("baseline", MannWhitney.Allowance.OF_BASELINE, "shift", MannWhitney.Allowance.OF_SHIFT);

    private RanksReader() {}

    static RankSettings read(YamlObject o) {
        Cleaning usual = Cleaning.DEFAULT;
        Cleaning.NaN nan = o.get("nan", n -> n.choice(Cleaning.NaN.class), usual.nan());
        Cleaning.Outliers outliers = o.get("outliers", n -> n.choice(Cleaning.Outliers.class), usual.outliers());
        Double factor = o.get("outlierFactor", RanksReader::factor, usual.iqrFactor());
        MannWhitney.Allowance allowance = o.get("allowance", RanksReader::allowance, MannWhitney.Allowance.OF_BASELINE);
        EffectSize effect = o.get("effect", RanksReader::effect, null);
        return nan == null || outliers == null || factor == null || allowance == null
                ? RankSettings.USUAL
                : new RankSettings(new Cleaning(nan, outliers, factor), allowance, effect);
    }

    private static Double factor(YamlNode node) {
        Double factor = node.number();
        if (factor != null && !(factor > 0 && factor < 1_000)) {
            node.error(
                    YamlNode.shown(node.text()) + " is no distance from the quartiles", "write 3, or 1.5 for Tukey's");
            return null;
        }
        return factor;
    }

    private static MannWhitney.Allowance allowance(YamlNode node) {
        String word = node.text();
        if (word != null && !ALLOWANCES.containsKey(word)) {
            node.error(YamlNode.shown(word) + " is nothing that a tolerance is a share of", "write baseline or shift");
        }
        return word == null ? null : ALLOWANCES.get(word);
    }

    /** Kayenta's other two numbers, from which a failure is critical, have no place in a plan: critical says that. */
    private static EffectSize effect(YamlNode node) {
        YamlObject o = Section.EFFECT.at(node);
        EffectSize.Measure measure =
                o.get("measure", n -> n.choice(EffectSize.Measure.class), EffectSize.Measure.MEAN_RATIO);
        double none = measure == EffectSize.Measure.CLES ? 0.5 : 1;
        Double increase = o.get("increase", YamlNode::number, none);
        Double decrease = o.get("decrease", YamlNode::number, none);
        return measure == null || increase == null || decrease == null
                ? null
                : new EffectSize(measure, increase, decrease, none, none);
    }
}

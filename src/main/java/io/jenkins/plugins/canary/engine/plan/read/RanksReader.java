package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.RankSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;

/** Reads what only {@code test: mannWhitney} can be told. */
final class RanksReader {

    static final List<String> KEYS = List.of("allowance", "nan", "outliers", "outlierFactor", "effect");

    static final Section EFFECT = Section.of(
            "effect",
            "How large a significant difference must be to count.",
            Map.of("measure", KeyType.choice(EffectSize.Measure.class)),
            """
            measure  | measure | `mean-ratio`                     | `mean-ratio`: the canary's mean over stable's. `cles`: how likely a value of the canary is above one of stable.
            increase | number  | 1, or 0.5 for `cles`, such as `1.2` | The value from which higher is harm.
            decrease | number  | 1, or 0.5 for `cles`, such as `0.8` | The value down to which lower is harm.
            """);

    private static final Map<String, MannWhitney.Allowance> ALLOWANCES =
            Map.of("baseline", MannWhitney.Allowance.OF_BASELINE, "shift", MannWhitney.Allowance.OF_SHIFT);

    private RanksReader() {}

    static RankSettings read(YamlObject o) {
        Cleaning.NaN nan = o.get("nan");
        Cleaning.Outliers outliers = o.get("outliers");
        Double factor = o.get("outlierFactor");
        MannWhitney.Allowance allowance = o.get("allowance");
        EffectSize effect = o.get("effect", RanksReader::effect);
        return new RankSettings(new Cleaning(nan, outliers, factor), allowance, effect);
    }

    static Double factor(YamlNode node) {
        Double factor = node.number();
        if (factor != null && !(factor > 0 && factor < 1_000)) {
            node.error(
                    YamlNode.shown(node.text()) + " is no distance from the quartiles", "write 3, or 1.5 for Tukey's");
            return null;
        }
        return factor;
    }

    static MannWhitney.Allowance allowance(YamlNode node) {
        String word = node.text();
        if (word != null && !ALLOWANCES.containsKey(word)) {
            node.error(YamlNode.shown(word) + " is nothing that a tolerance is a share of", "write baseline or shift");
        }
        return word == null ? null : ALLOWANCES.get(word);
    }

    /** Kayenta's other two numbers, from which a failure is critical, have no place in a plan: critical says that. */
    private static EffectSize effect(YamlNode node) {
        YamlObject o = EFFECT.at(node);
        EffectSize.Measure measure = o.get("measure");
        double none = measure == EffectSize.Measure.CLES ? 0.5 : 1;
        Double increase = o.getOr("increase", none);
        Double decrease = o.getOr("decrease", none);
        return new EffectSize(measure, increase, decrease, none, none);
    }
}

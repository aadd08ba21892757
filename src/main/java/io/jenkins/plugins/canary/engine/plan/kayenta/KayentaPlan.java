package io.jenkins.plugins.canary.engine.plan.kayenta;

import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.MetricNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * A Kayenta configuration as the parts of a plan that say the same: metrics, score and gate. What has no counterpart is
 * left out and said.
 *
 * @param yaml three top-level keys, to be pasted into a plan
 * @param notCarried each with its place
 */
public record KayentaPlan(String yaml, List<String> notCarried) {

    public static KayentaPlan of(KayentaConfig config) {
        List<String> lost = new ArrayList<>(config.notCarried());
        StringBuilder metrics = new StringBuilder("metrics:\n  custom:\n");
        StringBuilder gate = new StringBuilder("gate:\n");
        MetricNames names = new MetricNames("kayenta-");
        for (KayentaConfig.Metric m : config.metrics()) {
            String name = names.next(m.name());
            if (!name.equals(m.name())) {
                lost.add("metrics '" + m.name() + "': named " + name + " here, as a plan's metrics are");
            }
            if (m.promql() == null) {
                lost.add("metrics '" + m.name() + "': left out, for it has no query that could run here");
                continue;
            }
            Score.Metric settings = m.settings();
            String groups = settings.groups().stream().map(KayentaPlan::quoted).collect(Collectors.joining(", "));
            metrics.append("    " + name + ":\n      unit: count\n      query: " + quoted(m.promql()) + "\n");
            gate.append("  - { metric: " + name + ", groups: [" + groups + "]"
                    + (settings.critical() ? ", critical: true" : "")
                    + (settings.mustHaveData() ? ", mustHaveData: true" : "")
                    + ",\n      versusStable: " + test(m.test()) + " }\n");
            EffectSize effect = settings.effectSize();
            double none = effect == null ? 1 : effect.measure().none();
            if (effect != null && (effect.criticalIncrease() != none || effect.criticalDecrease() != none)) {
                lost.add("metrics '" + m.name() + "': criticalIncrease and criticalDecrease; any failure of a critical"
                        + " criterion is critical here");
            }
        }
        if (gate.indexOf("metric:") < 0) {
            lost.add("metrics: none of them could be carried over, so that there is no gate");
            return new KayentaPlan(score(config.score()), List.copyOf(lost));
        }
        return new KayentaPlan(metrics + score(config.score()) + gate, List.copyOf(lost));
    }

    private static String score(Score score) {
        String groups = score.weights().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> quoted(e.getKey()) + ": " + plain(e.getValue()))
                .collect(Collectors.joining(", "));
        return "score: { pass: " + plain(score.pass()) + ", marginal: " + plain(score.marginal())
                + (groups.isEmpty() ? "" : ", groups: { " + groups + " }") + " }\n";
    }

    private static String test(MannWhitney t) {
        Cleaning c = t.cleaning();
        EffectSize e = t.effectSize();
        return "{ test: mannWhitney, direction: " + word(t.comparison().direction()) + ", tolerance: "
                + plain(100 * t.comparison().tolerance()) + "%, confidence: "
                + plain(100 * t.comparison().confidence()) + "%"
                + (t.allowance() == MannWhitney.Allowance.OF_SHIFT ? ", allowance: shift" : "")
                + (c.nan() == Cleaning.NaN.REMOVE ? "" : ", nan: " + word(c.nan()))
                + (c.outliers() == Cleaning.Outliers.KEEP
                        ? ""
                        : ", outliers: " + word(c.outliers()) + ", outlierFactor: " + plain(c.iqrFactor()))
                + (e == null
                        ? ""
                        : ", effect: { measure: " + word(e.measure()) + ", increase: " + plain(e.allowedIncrease())
                                + ", decrease: " + plain(e.allowedDecrease()) + " }")
                + " }";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String plain(double number) {
        return new BigDecimal(Double.toString(Math.rint(number * 1e9) / 1e9))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** Between single quotes; where YAML would not take a character as it is, between double quotes and escaped. */
    private static String quoted(String text) {
        String line = text.replaceAll("\\R", " ");
        if (line.codePoints().allMatch(StreamReader::isPrintable)) {
            return "'" + line.replace("'", "''") + "'";
        }
        StringBuilder out = new StringBuilder("\"");
        line.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (StreamReader.isPrintable(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format("\\U%08x", c));
            }
        });
        return out.append('"').toString();
    }
}

package io.jenkins.plugins.canary.engine.plan.kayenta;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.judge.Cleaning;
import io.jenkins.plugins.canary.engine.judge.EffectSize;
import io.jenkins.plugins.canary.engine.judge.MannWhitney;
import io.jenkins.plugins.canary.engine.judge.Score;
import io.jenkins.plugins.canary.engine.plan.MetricNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * A Kayenta configuration as the parts of a plan that say the same: metrics, score and gate. What has no counterpart is
 * left out and said.
 *
 * @param yaml three top-level keys, to be pasted into a plan; "" when there is no gate
 * @param notCarried each with its place
 * @param toDo what is left to fill in, and what the plan around it needs
 * @param complete whether each metric that Kayenta scores is in the gate, and nothing is left to fill in
 */
public record KayentaPlan(String yaml, List<String> notCarried, List<String> toDo, boolean complete) {

    /** Kayenta takes whatever a query yields. */
    private static final String RANGE = "{ min: -1000000000000000, max: 1000000000000000 }";

    public static KayentaPlan of(KayentaConfig config) {
        List<String> lost = new ArrayList<>(config.notCarried());
        StringBuilder metrics = new StringBuilder("metrics:\n  custom:\n");
        StringBuilder gate = new StringBuilder("gate:\n");
        MetricNames names = new MetricNames("kayenta-");
        Set<String> groups = new HashSet<>();
        for (KayentaConfig.Metric m : config.metrics()) {
            if (m.promql() == null && m.json() == null) {
                lost.add("metrics '" + m.name() + "': left out, for it has no query that could run here");
                continue;
            }
            String name = names.next(m.name());
            if (!name.equals(m.name())) {
                lost.add("metrics '" + m.name() + "': named " + name + " here, as a plan's metrics are");
            }
            groups.addAll(m.settings().groups());
            metrics.append(
                    "    " + name + ":\n      unit: count\n      range: " + RANGE + "\n      " + source(m) + "\n");
            gate.append(criterion(name, m));
        }
        if (groups.isEmpty()) {
            lost.add("metrics: there is no gate, for none of them could be carried over");
            return new KayentaPlan("", lines(lost), lines(config.toDo()), false);
        }
        config.score().weights().forEach((group, weight) -> {
            if (weight > 0 && !groups.contains(group)) {
                lost.add(
                        "classifier.groupWeights: no metric of '" + group + "' is here; its weight goes to the others");
            }
        });
        boolean complete =
                config.complete() && config.metrics().stream().allMatch(m -> m.promql() != null || m.json() != null);
        return new KayentaPlan(metrics + score(config.score()) + gate, lines(lost), lines(config.toDo()), complete);
    }

    private static List<String> lines(List<String> texts) {
        return texts.stream().map(PlainText::line).toList();
    }

    private static String source(KayentaConfig.Metric m) {
        return m.promql() != null
                ? "query: " + quoted(m.promql())
                : "json: { url: " + quoted(m.json().request().url()) + ", path: "
                        + quoted(m.json().path()) + ", time: " + quoted(m.json().time()) + " }";
    }

    private static String criterion(String name, KayentaConfig.Metric m) {
        Score.Metric settings = m.settings();
        return "  - { metric: " + name + ", groups: ["
                + settings.groups().stream().map(KayentaPlan::quoted).collect(Collectors.joining(", ")) + "]"
                + (settings.critical() ? ", critical: true" : "")
                + (m.muted() ? ", dryRun: true" : "")
                + (settings.mustHaveData() ? ", mustHaveData: true" : "")
                + ",\n      versusStable: " + test(m.test()) + " }\n";
    }

    private static String score(Score score) {
        String groups = score.weights().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(e -> quoted(e.getKey()) + ": " + plain(e.getValue()))
                .collect(Collectors.joining(", "));
        return "score: { pass: " + plain(score.pass()) + ", marginal: " + plain(score.marginal()) + ", minData: "
                + plain(100 * score.minData()) + "%"
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
                + ", effect: { measure: " + word(e.measure())
                + limit("increase", e.allowedIncrease(), e)
                + limit("decrease", e.allowedDecrease(), e) + " }"
                + " }";
    }

    private static String limit(String key, double value, EffectSize effect) {
        return value == effect.measure().none() ? "" : ", " + key + ": " + plain(value);
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
        if (text.codePoints().allMatch(c -> c != '\n' && c != '\r' && StreamReader.isPrintable(c))) {
            return "'" + text.replace("'", "''") + "'";
        }
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c != '\r' && StreamReader.isPrintable(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(String.format("\\U%08x", c));
            }
        });
        return out.append('"').toString();
    }
}

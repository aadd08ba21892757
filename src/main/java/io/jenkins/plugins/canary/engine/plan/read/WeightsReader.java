package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Map;

/** Reads {@code weights:}, how the weight moves within the phases. */
final class WeightsReader {

    private static final Section DYNAMIC = Section.of(
            "dynamic",
            "The weight follows how much slower and more faulty the canary is than stable.",
            Map.of(
                    "max", KeyType.weight("weight, 5 or more", 5, WeightsReader::max),
                    "rise", KeyType.weight("weight above 0", 0, WeightsReader::rise),
                    "threshold", threshold(),
                    "quantile", quantile()),
            """
            max              | max       | required, `50` | The weight of a canary that is as good as stable.
            latencyThreshold | threshold | `50%`  | Slower than stable by more than this, the breaker opens.
            errorThreshold   | threshold | `5%`   | An error rate above stable's by more than this, in points, opens the breaker.
            quantile         | quantile  | `0.95` | Which quantile of latency is compared.
            deadband         | weight    | `2`    | A smaller rise is not made.
            maxRise          | rise      | `5`    | The largest single rise.
            every            | duration  | `1m`   | The time between a change and the next rise.
            """);

    static final Section WEIGHTS = Section.of(
            "weights",
            "How the weight moves within the phases, whose weights are then upper limits.",
            Map.of("dynamic", DYNAMIC.type()),
            """
            dynamic | dynamic | required, `{ max: 50 }` | The weight follows the canary's health compared with stable.
            """);

    private WeightsReader() {}

    /** Null after reporting when it cannot be read. */
    static WeightPolicy read(YamlNode node, Metrics metrics) {
        YamlObject d = WEIGHTS.at(node).get("dynamic");
        if (d == null) {
            return null;
        }
        Weight max = d.get("max");
        DynamicWeight formula = new DynamicWeight(
                max == null ? Weight.FULL : max, d.<Double>get("latencyThreshold"), d.<Double>get("errorThreshold"));
        Double quantile = d.get("quantile");
        Weight deadband = d.get("deadband");
        Weight maxRise = d.get("maxRise");
        Duration every = d.get("every");
        MetricsReader.needsSource(metrics, node, "the weight follows latency and errors, which a source counts");
        if (metrics.source() instanceof SourceSettings.Prometheus
                && metrics.labels().isEmpty()) {
            node.error("without metrics.labels the tracks cannot be told apart", SeriesReader.ADD_LABELS);
        }
        return max == null ? null : new WeightPolicy(formula, quantile, deadband, maxRise, every, metrics.window());
    }

    private static Weight max(YamlNode node) {
        Weight weight = node.weight();
        return node.checked(
                weight,
                w -> w.percent() >= DynamicWeight.LEAST_PERCENT,
                weight + " is below 5%, which even the worst canary gets that is not taken back",
                "write 5 or more");
    }

    private static Weight rise(YamlNode node) {
        return node.checked(
                node.weight(),
                w -> !w.isZero(),
                "with no rise at all the weight could only fall",
                "write more than 0, such as 5");
    }

    private static KeyType threshold() {
        return KeyType.string(
                "percentage above 0%",
                "^[0-9.]*[1-9][0-9.]*\\s*%$",
                node -> node.checked(
                        node.percentage(),
                        share -> share > 0,
                        "at 0% the slightest difference would end the rollout",
                        "write more than 0%"));
    }

    private static KeyType quantile() {
        return KeyType.between(
                "number between 0 and 1", 0, 1, "{} is not a quantile", "write a number between 0 and 1: 0.95");
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.DynamicWeight;
import io.jenkins.plugins.canary.engine.gate.WeightPolicy;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;

/** Reads {@code weights:}, how the weight moves within the phases. */
final class WeightsReader {

    private static final double LATENCY_THRESHOLD = 0.5;
    private static final double ERROR_THRESHOLD = 0.05;
    private static final double QUANTILE = 0.95;
    private static final Weight DEADBAND = Weight.ofPercent(2);
    private static final Weight MAX_RISE = Weight.ofPercent(5);
    private static final Duration EVERY = Duration.ofMinutes(1);

    private WeightsReader() {}

    /** Null after reporting when it cannot be read. */
    static WeightPolicy read(YamlNode node, Metrics metrics) {
        YamlObject o = Section.WEIGHTS.at(node);
        YamlNode dynamic = o.need("dynamic", n -> n, "{ max: 50 }");
        if (dynamic == null) {
            return null;
        }
        YamlObject d = Section.DYNAMIC.at(dynamic);
        Weight max = d.need("max", WeightsReader::max, "50");
        Double latency = d.get("latencyThreshold", WeightsReader::threshold, LATENCY_THRESHOLD);
        Double errors = d.get("errorThreshold", WeightsReader::threshold, ERROR_THRESHOLD);
        Double quantile = d.get("quantile", WeightsReader::quantile, QUANTILE);
        Weight deadband = d.get("deadband", YamlNode::weight, DEADBAND);
        Weight maxRise = d.get("maxRise", WeightsReader::aboveZero, MAX_RISE);
        Duration every = d.get("every", YamlNode::positive, EVERY);
        if (metrics.source() == null) {
            node.error(
                    "the weight follows latency and errors, which a source counts, and the plan has none",
                    "add metrics.prometheus or metrics.scrape");
        } else if (metrics.source() instanceof SourceSettings.Prometheus
                && metrics.labels().isEmpty()) {
            node.error(
                    "without metrics.labels the tracks cannot be told apart",
                    "add labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }");
        }
        return max == null
                ? null
                : new WeightPolicy(
                        new DynamicWeight(max, latency, errors), quantile, deadband, maxRise, every, metrics.window());
    }

    private static Weight max(YamlNode node) {
        Weight weight = node.weight();
        if (weight != null && weight.percent() < DynamicWeight.LEAST_PERCENT) {
            node.error(
                    weight + " is below 5%, which even the worst canary gets that is not taken back",
                    "write 5 or more");
            return null;
        }
        return weight;
    }

    private static Weight aboveZero(YamlNode node) {
        Weight weight = node.weight();
        if (weight != null && weight.isZero()) {
            node.error("with no rise at all the weight could only fall", "write more than 0, such as 5");
            return null;
        }
        return weight;
    }

    private static Double threshold(YamlNode node) {
        Double share = node.percentage();
        if (share != null && share == 0) {
            node.error("at 0% the slightest difference would end the rollout", "write more than 0%");
            return null;
        }
        return share;
    }

    private static Double quantile(YamlNode node) {
        Double q = node.number();
        if (q != null && !(q > 0 && q < 1)) {
            node.error(YamlNode.shown(node.text()) + " is not a quantile", "write a number between 0 and 1: 0.95");
            return null;
        }
        return q;
    }
}

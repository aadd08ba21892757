package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;

/** Reads {@code trend:} of a criterion. */
final class TrendReader {

    private static final double TOLERANCE = 0.1;

    private TrendReader() {}

    /**
     * @param metric null when it is broken, which has been reported
     * @param window how far apart the trend's points are
     */
    static Trend read(YamlNode node, Metric metric, Unit unit, Duration window) {
        YamlObject o = Section.TREND.at(node);
        Double tolerance = o.get("tolerance", YamlNode::percentage, TOLERANCE);
        Double confidence = o.get("confidence", VersusReader::confidence, Comparison.DEFAULT.confidence());
        Direction direction = o.get("direction", n -> n.choice(Direction.class), VersusReader.usual(metric));
        Duration over = o.get("over", YamlNode::positive, null);
        Duration least = window.multipliedBy(Trend.FEWEST_POINTS);
        if (over != null && over.compareTo(least) < 0) {
            o.get("over")
                    .orElseThrow()
                    .error(
                            "a trend needs " + Trend.FEWEST_POINTS + " points, one a window, and there"
                                    + " are fewer in this time",
                            "write " + io.jenkins.plugins.canary.engine.Units.print(least) + " or more");
            return null;
        }
        return unit == null ? null : new Trend(new Comparison(direction, tolerance, confidence, unit), over);
    }
}

package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.judge.Comparison;
import io.jenkins.plugins.canary.engine.judge.Direction;
import io.jenkins.plugins.canary.engine.judge.Trend;
import io.jenkins.plugins.canary.engine.metric.Metric;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.Duration;
import java.util.Map;

/** Reads {@code trend:} of a criterion. */
final class TrendReader {

    static final Section TREND = Section.of(
            "trend",
            "How far the values may drift within the phase.",
            Map.of("confidence", VersusReader.CONFIDENCE, "direction", KeyType.choice(Direction.class)),
            """
            tolerance  | percentage | `10%`     | The allowed drift, as a share of the values' median.
            confidence | confidence | `98%`     | How sure a drift has to be.
            direction  | direction  | what does harm; `either` for a metric of your own | Which drift counts.
            over       | duration   | the phase | How far back to look.
            """);

    private TrendReader() {}

    /**
     * @param metric null when it is broken, which has been reported
     * @param window how far apart the trend's points are
     */
    static Trend read(YamlNode node, Metric metric, Unit unit, Duration window) {
        YamlObject o = TREND.at(node);
        Double tolerance = o.get("tolerance");
        Double confidence = o.get("confidence");
        Direction direction = o.getOr("direction", VersusReader.usual(metric));
        Duration over = o.get("over");
        Duration least = window.multipliedBy(Trend.FEWEST_POINTS);
        if (over != null && over.compareTo(least) < 0) {
            o.value("over")
                    .error(
                            "a trend needs " + Trend.FEWEST_POINTS + " points, one a window, and there"
                                    + " are fewer in this time",
                            "write " + Units.write(least) + " or more");
            return null;
        }
        return unit == null ? null : new Trend(new Comparison(direction, tolerance, confidence, unit), over);
    }
}

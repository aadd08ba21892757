package io.jenkins.plugins.canary.engine.metric.expr;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The samples of one window, as an expression looks at them. Empty answers stand for PromQL's empty vector. */
public interface WindowSamples {

    /** {@code sum(increase(of[window]))} or {@code sum(rate(of[window]))}. */
    OptionalDouble sum(Over over, Selector of);

    /** {@code sum by (le) (rate(of[window]))}, in any order; an upper bound may occur twice. */
    List<BucketQuantile.Bucket> rateByUpperBound(Selector of);

    /** The newest value of each series in the window, by its labels. */
    Map<Map<String, String>, Double> latest(Selector of);

    /** The samples of the time right before this window. */
    WindowSamples before(Duration length);

    enum Over {
        INCREASE("increase"),
        RATE("rate");

        private final String function;

        Over(String function) {
            this.function = function;
        }

        String function() {
            return function;
        }
    }
}

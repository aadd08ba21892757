package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.Check;
import io.jenkins.plugins.canary.engine.gate.Criterion;

/** How near an abort rule's criterion is to being broken. */
final class AbortMargin {

    private AbortMargin() {}

    /**
     * 0 far, 1 at the limit or beyond. A ratio with a lower limit is measured
     * from 100%, so that 97.5% is half of the way to a minimum of 95%; other lower limits by limit / value.
     */
    static Double of(Criterion criterion, Check check) {
        if (check == null || check.value() == null) {
            return null;
        }
        double value = check.value();
        double nearness = 0;
        if (criterion.max() != null) {
            nearness = Math.max(nearness, criterion.max() > 0 ? value / criterion.max() : value > 0 ? 1 : 0);
        }
        if (criterion.min() != null) {
            nearness = Math.max(
                    nearness,
                    criterion.unit() == Unit.RATIO && criterion.min() < 1
                            ? (1 - value) / (1 - criterion.min())
                            : value > 0 ? criterion.min() / value : 1);
        }
        if (criterion.versus() != null && check.stable() != null) {
            nearness = Math.max(nearness, away(criterion, value, check.stable()));
        }
        return Math.max(0, Math.min(1, nearness));
    }

    private static double away(Criterion criterion, double value, double stable) {
        Double up = criterion.versus().maxIncrease();
        Double down = criterion.versus().maxDecrease();
        double rise = up == null || up == 0 || stable == 0 ? 0 : (value / stable - 1) / up;
        double fall = down == null || down == 0 || stable == 0 ? 0 : (1 - value / stable) / down;
        return Math.max(rise, fall);
    }
}

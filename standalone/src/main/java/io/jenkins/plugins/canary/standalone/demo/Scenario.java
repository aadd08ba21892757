package io.jenkins.plugins.canary.standalone.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What may happen to a release in the demo. Times are minutes of the plan, so that they scale with it. */
public enum Scenario {
    /** A good release: no error, half of the answers within 30 ms, 99% within 55 ms. */
    HEALTHY(Demo.GOOD),
    /** Every eighth request fails from the eighth minute on, when the first phase has been passed. */
    ERRORS(Demo.GOOD.until(8, Behaviour.steady(0.125, 0.03, 0.25))),
    /** From the eighth minute on 5% of the answers take more than 1 s, and the slowest 1% more than 2 s. */
    LATENCY(Demo.GOOD.until(8, Behaviour.steady(0, 0.12, 1.3))),
    /** Every three minutes add the first answer time again: nothing to see at first, too slow in the end. */
    SLOW_LEAK(Demo.GOOD.slowingDownEvery(3)),
    /** One bad minute (3% errors) in every three: never bad enough to abort, never green for long enough to pass. */
    FLAPPING(Demo.GOOD.interruptedBy(Behaviour.steady(0.03, 0.03, 0.25), 1, 3)),
    /** A good release that nobody asks anything. */
    NO_TRAFFIC(Demo.GOOD),
    /** A good release whose /metrics stops answering after two minutes. */
    METRICS_DOWN(Demo.GOOD);

    /** In a class of its own because an enum's constants are made before its other fields. */
    private static final class Demo {
        static final Behaviour GOOD = Behaviour.steady(0, 0.03, 0.25);
        static final double METRICS_DOWN_AFTER_MINUTES = 2;
    }

    private final Behaviour canary;

    Scenario(Behaviour canary) {
        this.canary = canary;
    }

    /** As given on the command line: {@code slow-leak}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Scenario> named(String word) {
        return Arrays.stream(values()).filter(s -> s.word().equals(word)).findFirst();
    }

    public Behaviour canary() {
        return canary;
    }

    public Behaviour stable() {
        return Demo.GOOD;
    }

    public boolean hasTraffic() {
        return this != NO_TRAFFIC;
    }

    /** Whether /metrics of both services answers at that age. */
    public boolean metricsAnswer(double minutes) {
        return this != METRICS_DOWN || minutes < Demo.METRICS_DOWN_AFTER_MINUTES;
    }
}

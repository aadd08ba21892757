package io.jenkins.plugins.canary.standalone.demo;

import java.util.function.LongSupplier;

/**
 * The age of a release in minutes of its plan.
 *
 * @param nanoTime as {@link System#nanoTime}
 * @param bornAt the nanoTime of age 0
 * @param timeScale how many seconds of the plan pass in one real second
 */
public record PlanClock(LongSupplier nanoTime, long bornAt, double timeScale) {

    public static PlanClock startingNow(double timeScale) {
        return new PlanClock(System::nanoTime, System.nanoTime(), timeScale);
    }

    public double minutes() {
        return (nanoTime.getAsLong() - bornAt) / 60e9 * timeScale;
    }
}

package io.jenkins.plugins.canary.standalone.demo;

import java.util.random.RandomGenerator;

/** How a demo service answers, as time goes by. Called by many threads at once, each with its own random numbers. */
@FunctionalInterface
public interface Behaviour {

    /**
     * @param status 200 or 500
     * @param seconds how long the answer takes
     */
    record Answer(int status, double seconds) {}

    /** No demo answer takes longer than this, in seconds. */
    double SLOWEST = 8;

    /** @param minutes how old the release is, in minutes of its plan */
    Answer answer(double minutes, RandomGenerator random);

    /**
     * Answers that fail with a probability, after a time that is log-normally distributed, as real services' are: many
     * near the median, few much later.
     *
     * @param errors 0 to 1
     * @param median in seconds
     * @param sigma standard deviation of the time's logarithm; the 99th percentile is median x exp(2.33 sigma)
     */
    static Behaviour steady(double errors, double median, double sigma) {
        return (minutes, random) -> new Answer(
                random.nextDouble() < errors ? 500 : 200,
                Math.min(SLOWEST, median * Math.exp(sigma * random.nextGaussian())));
    }

    /** This behaviour until an age, another one from then on. */
    default Behaviour until(double changeAtMinutes, Behaviour then) {
        return (minutes, random) -> (minutes < changeAtMinutes ? this : then).answer(minutes, random);
    }

    /** This behaviour, slower by its own time again with every so many minutes. */
    default Behaviour slowingDownEvery(double doublingMinutes) {
        return (minutes, random) -> {
            Answer fresh = answer(minutes, random);
            return new Answer(fresh.status(), Math.min(SLOWEST, fresh.seconds() * (1 + minutes / doublingMinutes)));
        };
    }

    /** This behaviour, taking turns with another one that has the first minutes of every period. */
    default Behaviour interruptedBy(Behaviour other, double firstMinutes, double everyMinutes) {
        return (minutes, random) -> (minutes % everyMinutes < firstMinutes ? other : this).answer(minutes, random);
    }
}

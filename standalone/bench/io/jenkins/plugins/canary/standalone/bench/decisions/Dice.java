package io.jenkins.plugins.canary.standalone.bench.decisions;

import java.util.Random;
import java.util.SplittableRandom;

/** Draws that the traces need; exact where numbers are small, normal where they are large. */
final class Dice {

    private static final double LARGE = 40;
    private final Random random;

    Dice(long seed) {
        // Neighbouring seeds of Random begin alike; those that another generator hands out do not.
        random = new Random(new SplittableRandom(seed).nextLong());
    }

    double uniform() {
        return random.nextDouble();
    }

    double normal() {
        return random.nextGaussian();
    }

    long poisson(double mean) {
        if (mean > LARGE) {
            return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        long n = -1;
        for (double left = mean; left >= 0; n++) {
            left += Math.log(1 - random.nextDouble());
        }
        return n;
    }

    long binomial(long n, double p) {
        if (n <= 0 || p <= 0) {
            return 0;
        }
        if (p > 0.5) {
            return n - binomial(n, 1 - p);
        }
        if (n * p > LARGE) {
            return Math.min(n, Math.max(0, Math.round(n * p + Math.sqrt(n * p * (1 - p)) * random.nextGaussian())));
        }
        // From one success to the next: geometric steps.
        long at = 0;
        long hits = 0;
        double log = Math.log1p(-p);
        while (true) {
            at += 1 + (long) (Math.log(1 - random.nextDouble()) / log);
            if (at > n || at < 0) {
                return hits;
            }
            hits++;
        }
    }
}

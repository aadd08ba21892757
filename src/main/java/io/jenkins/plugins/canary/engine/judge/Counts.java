package io.jenkins.plugins.canary.engine.judge;

/** Requests of one track, and how many of them failed. */
public record Counts(long failures, long total) {

    public static final Counts NONE = new Counts(0, 0);

    /** @throws IllegalArgumentException when negative, or when more failed than there were */
    public Counts {
        if (failures < 0 || total < 0) {
            throw new IllegalArgumentException(
                    "counts are not negative: " + failures + " failures, " + total + " total");
        }
        if (failures > total) {
            throw new IllegalArgumentException("more failures than requests: " + failures + " of " + total);
        }
    }

    public Counts plus(Counts more) {
        return new Counts(Math.addExact(failures, more.failures), Math.addExact(total, more.total));
    }

    /** @throws IllegalArgumentException when {@code earlier} is not a part of this */
    public Counts minus(Counts earlier) {
        return new Counts(failures - earlier.failures, total - earlier.total);
    }

    /** The share that failed; NaN without requests. */
    public double rate() {
        return (double) failures / total;
    }

    @Override
    public String toString() {
        return failures + " of " + total;
    }
}

package io.jenkins.plugins.canary.engine;

/**
 * A limit on the work that input from outside may cause. One unit takes some ten nanoseconds: a
 * third of a character held against one instruction of a pattern, a quarter of a look at a value of a document. Not for several threads.
 */
public final class WorkBudget {

    private long left;

    public WorkBudget(long units) {
        this.left = units;
    }

    /** @throws Exceeded when more is spent than there is */
    public void spend(long units) {
        left -= units;
        if (left < 0) {
            throw new Exceeded();
        }
    }

    /** The work was given up; what it would have found is not known. */
    public static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Exceeded() {
            super("it takes more work than is allowed", null, false, false);
        }
    }
}

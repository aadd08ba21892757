package io.jenkins.plugins.canary.engine.judge;

/** What is wrong with the requests that are counted. */
public enum Harm {
    FAILED("failed", "fails", "failing"),
    /** Slower than stable's usually are. */
    SLOW("were slow", "is slow", "being slow");

    private final String were;
    private final String is;
    private final String being;

    Harm(String were, String is, String being) {
        this.were = were;
        this.is = is;
        this.being = being;
    }

    /** {@code 3 of 40 requests failed}. */
    String were() {
        return were;
    }

    /** {@code canary fails more}. */
    String is() {
        return is;
    }

    /** {@code the odds of failing}. */
    String being() {
        return being;
    }
}

package io.jenkins.plugins.canary.engine.judge;

/** What is wrong with what is counted: requests, or lines of a log. */
public enum Harm {
    FAILED("requests", "failed", "fails", "failing"),
    /** Slower than stable's usually are. */
    SLOW("requests", "were slow", "is slow", "being slow"),
    ERRORS_LOGGED("requests", "logged errors", "logs errors", "logging an error"),
    /** Of a kind that stable has not logged. */
    NEW_ERRORS_LOGGED("requests", "logged new errors", "logs new errors", "logging a new error"),
    ERROR_LINES("lines", "are errors", "logs errors", "being an error"),
    NEW_LINES("lines", "are new errors", "logs new errors", "being a new error");

    private final String what;
    private final String were;
    private final String is;
    private final String being;

    Harm(String what, String were, String is, String being) {
        this.what = what;
        this.were = were;
        this.is = is;
        this.being = being;
    }

    /** {@code requests}. */
    String what() {
        return what;
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

package io.jenkins.plugins.canary.engine.judge;

/** What a comparison of the canary with the stable track came to. */
public enum Verdict {
    /** No difference beyond the tolerance was shown. */
    PASS,
    /** The canary is above stable by more than the tolerance. */
    HIGH,
    /** The canary is below stable by more than the tolerance. */
    LOW,
    /** Too little or unusable data to say anything, or (sequential tests) not decided yet. Never counts as a pass. */
    NODATA;

    public boolean harm() {
        return this == HIGH || this == LOW;
    }

    /** Whether nothing that comes can change the verdict of a sequential test; null while it is undecided. */
    public static boolean settled(Verdict ended) {
        return ended != null && ended.harm();
    }

    /** The verdict of a sequential test after one more tick: harm stays, and a pass stays until harm is shown after all. */
    static Verdict later(Verdict before, Verdict now) {
        return settled(before) || now == null ? before : now;
    }
}

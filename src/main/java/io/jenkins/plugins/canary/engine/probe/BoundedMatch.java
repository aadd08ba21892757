package io.jenkins.plugins.canary.engine.probe;

import java.util.regex.Pattern;

/**
 * Matches a plan's pattern against what a stranger sent, and gives up when that takes too long: a careless pattern takes
 * time that grows exponentially with the text, on threads that probes of other rollouts need as well.
 */
final class BoundedMatch {

    /** Characters looked at; any pattern that goes forward gets by with a few for each character of the text. */
    private static final int MOST_LOOKS = 1_000_000;

    private BoundedMatch() {}

    /** Thrown when it takes too long. */
    static final class TooHard extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooHard() {
            super("the pattern takes too long", null, false, false);
        }
    }

    /**
     * Whether the pattern matches the whole text.
     *
     * @throws TooHard when it takes too long
     */
    static boolean matches(Pattern pattern, String text) {
        int[] looks = {0};
        return pattern.matcher(new Counted(text, looks)).matches();
    }

    private record Counted(String text, int[] looks) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++looks[0] > MOST_LOOKS) {
                throw new TooHard();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}

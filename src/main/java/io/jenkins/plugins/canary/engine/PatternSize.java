package io.jenkins.plugins.canary.engine;

import java.util.ArrayDeque;
import java.util.Deque;

/** How many characters an expression has once its counted repeats, {@code (ab){3}}, are written out: 6 for this one. */
final class PatternSize {

    private static final long LARGEST = 1L << 40;

    private final String text;
    private int at;

    private PatternSize(String text) {
        this.text = text;
    }

    /** An upper bound; of a text that is no expression, some number. */
    static long of(String text) {
        return new PatternSize(text).size();
    }

    private long size() {
        Deque<Long> outer = new ArrayDeque<>();
        long sum = 0;
        long last = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '(') {
                outer.push(sum);
                sum = 0;
                last = 0;
            } else if (c == ')' && !outer.isEmpty()) {
                last = sum + 1;
                sum = outer.pop() + last;
            } else if (c == '{') {
                long more = last * (Math.max(1, repeats()) - 1);
                sum = Math.min(LARGEST, sum + more);
                last = Math.min(LARGEST, last + more);
            } else {
                skip(c);
                last = 1;
                sum++;
            }
        }
        while (!outer.isEmpty()) {
            sum += outer.pop();
        }
        return sum;
    }

    /** The rest of an escape or of a class such as {@code [^()]}. */
    private void skip(char c) {
        if (c == '\\') {
            at++;
        } else if (c == '[') {
            at += text.startsWith("^", at) ? 1 : 0;
            at += text.startsWith("]", at) ? 1 : 0;
            while (at < text.length() && text.charAt(at) != ']') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            at++;
        }
    }

    /** The largest number up to the closing brace; 0 when this is no repeat. */
    private long repeats() {
        int end = text.indexOf('}', at);
        long largest = 0;
        long number = 0;
        for (int i = at; i < end; i++) {
            char c = text.charAt(i);
            if (c != ',' && (c < '0' || c > '9')) {
                return 0;
            }
            number = c == ',' ? 0 : Math.min(LARGEST, number * 10 + c - '0');
            largest = Math.max(largest, number);
        }
        at = end < 0 ? at : end + 1;
        return largest;
    }
}

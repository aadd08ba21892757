package io.jenkins.plugins.canary.engine.yaml;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** Says in plain words why a text is no YAML. Quotes nothing of the text: it may hold a secret. */
final class SyntaxProblem {

    /** What YAML 1.1 counts as the end of a line. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|[\\r\\n\\x{85}\\x{2028}\\x{2029}]");

    private SyntaxProblem() {}

    static void report(YAMLException broken, String text, Problems problems) {
        if (broken instanceof ReaderException unprintable) {
            String[] before = LINE_BREAK.split(text.substring(0, offset(text, unprintable.getPosition())), -1);
            String line = before[before.length - 1];
            problems.error(
                    before.length,
                    line.codePointCount(0, line.length()) + 1,
                    String.format("the character U+%04X is not allowed in YAML", unprintable.getCodePoint()),
                    "remove it; was the file saved as UTF-8 text?");
            return;
        }
        Mark mark = broken instanceof MarkedYAMLException marked ? place(marked) : null;
        String cause = broken instanceof MarkedYAMLException marked && marked.getProblem() != null
                ? marked.getProblem()
                : String.valueOf(broken.getMessage());
        String[] words = words(cause);
        problems.error(
                mark == null ? 1 : mark.getLine() + 1, mark == null ? 1 : mark.getColumn() + 1, words[0], words[1]);
    }

    private static int offset(String text, int codePoints) {
        return text.offsetByCodePoints(0, Math.min(Math.max(0, codePoints), text.codePointCount(0, text.length())));
    }

    private static Mark place(MarkedYAMLException e) {
        return e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
    }

    /** What is wrong, and the remedy. */
    private static String[] words(String cause) {
        if (cause.contains("TAB")) {
            return say("a tab where YAML wants spaces", "indent with spaces, never with tabs");
        }
        if (cause.contains("but found another document")) {
            return say("a second document begins here", "keep one plan in a file and remove the '---' between them");
        }
        if (cause.contains("mapping values are not allowed")) {
            return say(
                    "a colon is not allowed here",
                    "put a value that contains ': ' into quotes, and give every key its own line");
        }
        if (cause.contains("',' or '}'") || cause.contains("',' or ']'")) {
            return say(
                    "a bracket is not closed, or a comma is missing",
                    "close the bracket, and put values that contain , [ ] { } into quotes");
        }
        if (cause.contains("end of stream") || cause.contains("document separator")) {
            return say("the text ends in the middle of a value", "close the quote or bracket that was opened before");
        }
        if (cause.contains("cannot start any token")) {
            return say("a value cannot start with this character", "put the value into quotes");
        }
        if (cause.contains("expected ':'")) {
            return say("a key without a colon", "write 'key: value', or put a text over several lines into quotes");
        }
        if (cause.contains("block end") || cause.contains("block mapping") || cause.contains("block collection")) {
            return say(
                    "this line is indented differently from its neighbours",
                    "indent the keys of one block by the same number of spaces");
        }
        if (cause.contains("sequence entries are not allowed")) {
            return say("a list item is not allowed here", "put the '-' on its own line below the key");
        }
        if (cause.contains("alias")) {
            return say(
                    "an alias (*name) is wrong here: " + (cause.contains("undefined") ? "no such anchor" : "too many"),
                    "define &name before it; a value that starts with * needs quotes");
        }
        if (cause.contains("Nesting Depth")) {
            return say("the plan is nested deeper than " + YamlText.MAX_DEPTH + " levels", "flatten it");
        }
        return say("this is not valid YAML", "check quotes, brackets and indentation at this place");
    }

    private static String[] say(String message, String remedy) {
        return new String[] {message, remedy};
    }
}

package io.jenkins.plugins.canary.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence in English and in another language, with what differs in braces: {@code {name}} is copied, and has neither "; " nor
 * ": " in it; {@code {name#}} is a number with its unit, copied; {@code {name*}} is a text that is translated as far as it is known;
 * {@code {name!}} is one sentence, which must be known. Immutable.
 */
final class MessageTemplate {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)([#*!]?)\\}");

    /** {@code 99.2%}, {@code 812 ms}, {@code 1 h 30 min}, {@code 1h30m}, {@code 1,234}, {@code 4.2/s}, {@code 1.5x}. */
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?[0-9][0-9,.]*+(?:%|/s|x| ?(?:d|h|min|ms|m|s))?(?: ?[0-9]++ ?(?:h|min|ms|m|s))*");

    private static final int LONGEST_NUMBER = 40;

    /** What stands before the first placeholder, between them, and behind the last one. */
    private final List<String> literals = new ArrayList<>();

    private final List<String> names = new ArrayList<>();
    /** Of each placeholder: empty, #, * or !. */
    private final List<String> sorts = new ArrayList<>();

    private final String translation;

    private MessageTemplate(String english, String translation) {
        this.translation = translation;
        Matcher m = PLACEHOLDER.matcher(english);
        int end = 0;
        while (m.find()) {
            literals.add(english.substring(end, m.start()));
            names.add(m.group(1));
            sorts.add(m.group(2));
            end = m.end();
        }
        literals.add(english.substring(end));
    }

    static MessageTemplate of(String english, String translation) {
        return new MessageTemplate(english, translation);
    }

    /** Whether it is of sentences that must be known, and so fits few texts. */
    boolean needsKnown() {
        return sorts.contains("!");
    }

    /** How many characters are the template's own. */
    int literals() {
        return literals.stream().mapToInt(String::length).sum();
    }

    /**
     * The translation of a text; null when the text is not of this template.
     *
     * @param budget what is spent on looking
     * @param texts finds the translation of a text; null when nothing of it is known
     * @param sentences finds that of one sentence; null when it is not known
     */
    String translate(String text, WorkBudget budget, UnaryOperator<String> texts, UnaryOperator<String> sentences) {
        String first = literals.get(0);
        String last = literals.get(literals.size() - 1);
        if (!text.startsWith(first) || !text.endsWith(last)) {
            return null;
        }
        String[] values = new String[names.size()];
        boolean fits = values.length == 0 ? text.equals(first) : fits(text, first.length(), values, 0, budget);
        if (!fits) {
            return null;
        }
        for (int i = 0; i < values.length; i++) {
            String found =
                    switch (sorts.get(i)) {
                        case "*" -> texts.apply(values[i]);
                        case "!" -> sentences.apply(values[i]);
                        default -> values[i];
                    };
            if (found == null && sorts.get(i).equals("!")) {
                return null;
            }
            values[i] = found == null ? values[i] : found;
        }
        return PLACEHOLDER
                .matcher(translation)
                .replaceAll(r -> Matcher.quoteReplacement(values[names.indexOf(r.group(1))]));
    }

    /** Whether the rest of a text is a value of a placeholder and of those behind it; each value is as short as it can be. */
    private boolean fits(String text, int from, String[] values, int placeholder, WorkBudget budget) {
        String next = literals.get(placeholder + 1);
        boolean last = placeholder == values.length - 1;
        int end = last ? text.length() - next.length() : text.indexOf(next, from + 1);
        while (end > from && (sorts.get(placeholder).length() > 0 || !hasJoint(text, from, end))) {
            budget.spend(1);
            values[placeholder] = text.substring(from, end);
            boolean fits = !sorts.get(placeholder).equals("#") || isNumber(values[placeholder]);
            if (fits && (last || fits(text, end + next.length(), values, placeholder + 1, budget))) {
                return true;
            }
            end = last ? -1 : text.indexOf(next, end + 1);
        }
        return false;
    }

    private static boolean isNumber(String value) {
        return value.length() <= LONGEST_NUMBER && NUMBER.matcher(value).matches();
    }

    /** Whether a text goes on after a sentence between two places, or with its reason. */
    private static boolean hasJoint(String text, int from, int end) {
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if ((c == ';' || c == ':') && i + 1 < text.length() && text.charAt(i + 1) == ' ') {
                return true;
            }
        }
        return false;
    }
}

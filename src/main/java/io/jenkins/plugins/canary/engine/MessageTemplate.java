package io.jenkins.plugins.canary.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A sentence in English and in another language, with what differs in braces: {@code {name}} is copied, and has neither "; " nor ": " in it;
 * {@code {name#}} is a number with its unit, copied; {@code {name*}} is a text that is translated as far as it
 * is known; {@code {name!}} is one sentence, which must be known.
 */
final class MessageTemplate {

    private static final java.util.regex.Pattern PLACEHOLDER = java.util.regex.Pattern.compile("\\{(\\w+)([#*!]?)\\}");

    /** No list, and no sentence with its reason. */
    private static final String TEXT = "((?:[^;:]|[;:][^ ])+?)";

    private static final String SENTENCE = "(.+?)";
    /** {@code 99.2%}, {@code 812 ms}, {@code 1 h 30 min}, {@code 1h30m}, {@code 1,234}, {@code 4.2/s}, {@code 1.5x}. */
    private static final String NUMBER =
            "([-+]?[0-9][0-9,.]*(?:%|/s|x| ?(?:d|h|min|ms|m|s))?(?: ?[0-9]+ ?(?:h|min|ms|m|s))*)";

    /** @param sort empty, #, * or ! */
    private record Placeholder(String name, String sort) {}

    private final List<String> literals = new ArrayList<>();
    private final List<Placeholder> placeholders = new ArrayList<>();
    private final Pattern pattern;
    private final String translation;

    private MessageTemplate(String english, String translation) {
        this.translation = translation;
        StringBuilder expression = new StringBuilder();
        java.util.regex.Matcher m = PLACEHOLDER.matcher(english);
        int end = 0;
        while (m.find()) {
            literals.add(english.substring(end, m.start()));
            placeholders.add(new Placeholder(m.group(1), m.group(2)));
            expression.append(Pattern.quote(literals.get(literals.size() - 1)));
            expression.append(
                    switch (m.group(2)) {
                        case "#" -> NUMBER;
                        case "*", "!" -> SENTENCE;
                        default -> TEXT;
                    });
            end = m.end();
        }
        literals.add(english.substring(end));
        pattern = Pattern.compile(expression + Pattern.quote(english.substring(end)), Pattern.DOTALL);
    }

    static MessageTemplate of(String english, String translation) {
        return new MessageTemplate(english, translation);
    }

    /** Whether it is of sentences that must be known, and so fits few texts. */
    boolean needsKnown() {
        return placeholders.stream().anyMatch(p -> p.sort.equals("!"));
    }

    /** How many characters are the template's own. */
    int literals() {
        return literals.stream().mapToInt(String::length).sum();
    }

    /**
     * The translation of a text; null when the text is not of this template.
     *
     * @param texts finds the translation of a text; null when nothing of it is known
     * @param sentences finds that of one sentence; null when it is not known
     */
    String translate(String text, UnaryOperator<String> texts, UnaryOperator<String> sentences) {
        if (!hasLiterals(text)) {
            return null;
        }
        Matcher m = pattern.matcher(text);
        if (!m.matches()) {
            return null;
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < placeholders.size(); i++) {
            Placeholder p = placeholders.get(i);
            String part = m.group(i + 1);
            String found =
                    switch (p.sort) {
                        case "*" -> texts.apply(part);
                        case "!" -> sentences.apply(part);
                        default -> part;
                    };
            if (found == null && p.sort.equals("!")) {
                return null;
            }
            values.put(p.name, found == null ? part : found);
        }
        return PLACEHOLDER
                .matcher(translation)
                .replaceAll(r -> java.util.regex.Matcher.quoteReplacement(values.get(r.group(1))));
    }

    /** Quicker than the pattern, and true of few texts. */
    private boolean hasLiterals(String text) {
        if (!text.startsWith(literals.get(0)) || !text.endsWith(literals.get(literals.size() - 1))) {
            return false;
        }
        int at = 0;
        for (String literal : literals) {
            at = text.indexOf(literal, at);
            if (at < 0) {
                return false;
            }
            at += literal.length();
        }
        return true;
    }
}

package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The engine's sentences in another language. A sentence is English where it is made, kept and sent: in the journal, the log,
 * notifications and the API. Where somebody reads it in another language, it is looked up here. Its key is its English template,
 * as in gettext, so the sentences of old journals are found too. What the catalog does not know stays as it is: the names of a
 * plan, a person's comment, another program's error. Immutable.
 */
public final class MessageCatalog {

    private static final MessageCatalog GERMAN = new MessageCatalog(read("de"));
    private static final MessageCatalog ENGLISH = new MessageCatalog(Map.of());

    /** In characters; a longer text has much in it that came from outside. */
    private static final int LONGEST = 1_500;
    /** What may be spent on a text: steps of its templates, and the search for the template of each part. */
    private static final long MOST_STEPS = 3_000;

    private static final long SEARCH = 20;

    /** What holds sentences together: those of a list, and a sentence and its reason. */
    private static final List<String> JOINTS = List.of("; ", ": ");

    /** Those that fit fewest texts first. */
    private final List<MessageTemplate> templates;

    private MessageCatalog(Map<String, String> translations) {
        templates = translations.entrySet().stream()
                .map(e -> MessageTemplate.of(e.getKey(), e.getValue()))
                .sorted(Comparator.comparing(MessageTemplate::needsKnown)
                        .thenComparing(MessageTemplate::literals)
                        .reversed())
                .toList();
    }

    /** The catalog of a language; one that knows nothing, where there is none. */
    public static MessageCatalog of(Locale locale) {
        return locale.getLanguage().equals("de") ? GERMAN : ENGLISH;
    }

    /** All translations into a language by their English templates. */
    static Map<String, String> read(String language) {
        try (InputStream in = MessageCatalog.class.getResourceAsStream("sentences-" + language + ".json")) {
            return BoundedJson.MAPPER.readValue(in, new TypeReference<Map<String, String>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("the sentences of the language " + language + " cannot be read", e);
        }
    }

    /** A text of the engine in the catalog's language, line by line; null for null. Takes less than a millisecond, usually. */
    public String translate(String english) {
        if (english == null || english.length() > LONGEST || templates.isEmpty()) {
            return english;
        }
        try {
            String[] lines = english.split("\n", -1);
            WorkBudget budget = new WorkBudget(MOST_STEPS);
            for (int i = 0; i < lines.length; i++) {
                lines[i] = orSame(find(lines[i], budget), lines[i]);
            }
            return String.join("\n", lines);
        } catch (WorkBudget.Exceeded e) {
            return english;
        }
    }

    private static String orSame(String found, String text) {
        return found == null ? text : found;
    }

    /** Null when nothing of it is known. */
    private String find(String text, WorkBudget budget) {
        String sentence = sentence(text, budget);
        if (sentence != null) {
            return sentence;
        }
        for (String joint : JOINTS) {
            int at = text.indexOf(joint);
            if (at > 0) {
                String left = text.substring(0, at);
                String right = text.substring(at + joint.length());
                String leftFound = find(left, budget);
                String rightFound = find(right, budget);
                return leftFound == null && rightFound == null
                        ? null
                        : orSame(leftFound, left) + joint + orSame(rightFound, right);
            }
        }
        return null;
    }

    /** Null when the text is not of one of the templates. */
    private String sentence(String text, WorkBudget budget) {
        budget.spend(SEARCH);
        for (MessageTemplate template : templates) {
            String found = template.translate(text, budget, part -> find(part, budget), part -> sentence(part, budget));
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}

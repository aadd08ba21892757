package io.jenkins.plugins.canary.engine.yaml;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the value of a key is: what people call it, what the JSON Schema says of it, and how it is read.
 *
 * @param schema in JSON Schema's words; a KeyType in it stands for that type's own schema
 * @param reader reports what is wrong and returns null
 * @param section the keys that the value has; null for any other value
 */
public record KeyType(String word, Map<String, Object> schema, Function<YamlNode, ?> reader, Section section) {

    private static final Pattern RANGE = Pattern.compile("(whole|number) (\\S+)\\.\\.(\\S+)");
    /** The patterns of the schema. */
    public static final String DURATION = "^(\\d{1,18}(\\.\\d{1,18})?(ms|us|d|h|m|s))+$";

    private static final String TIME_OF_DAY = "^([01]\\d|2[0-3]):[0-5]\\d$";
    private static final String NUMBER = "^[+-]?\\d{1,18}(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?";
    private static final String ADDRESS = "[^\\s@/]+(/\\S*)?$";

    public static final String SECRET = "^(env:[A-Za-z_][A-Za-z0-9_]*|(file|credentials):\\S(.*\\S)?)$";

    /** What stands in place of a text, for {@link #byName(String, Object, Function)}. */
    public static final Map<String, Object> SCALAR = Map.of("type", List.of("string", "number", "boolean"));

    /** What many sections have. */
    private static final Map<String, KeyType> COMMON = Map.ofEntries(
            Map.entry("text", text("text", YamlNode::text)),
            Map.entry("duration", string("duration", DURATION, YamlNode::positive)),
            Map.entry("duration or `0s`", string("duration", DURATION, YamlNode::duration)),
            Map.entry("percentage", string("percentage", NUMBER + "\\s*%$", YamlNode::percentage)),
            Map.entry("number", of("number", Map.of("type", "number"), YamlNode::number)),
            Map.entry("boolean", of("`true`, `false`", Map.of("type", "boolean"), YamlNode::bool)),
            Map.entry("address", string("address", "^https?://" + ADDRESS, YamlNode::url)),
            Map.entry("fixed address", string("address", "^https?://(?!.*\\{\\{)" + ADDRESS, YamlNode::fixedUrl)),
            Map.entry("secret", string("secret", SECRET, YamlNode::secret)),
            Map.entry("threshold", threshold()),
            Map.entry("weight", weight("weight", 0, YamlNode::weight)),
            Map.entry("time of day", string("time of day", TIME_OF_DAY, YamlNode::timeOfDay)),
            Map.entry("time zone", string("time zone", "^[A-Za-z]\\S*$", YamlNode::timeZone)),
            Map.entry("texts by name", byName("texts by name", SCALAR, YamlNode::textsByName)));

    public static KeyType of(String word, Map<String, Object> schema, Function<YamlNode, ?> reader) {
        return new KeyType(word, schema, reader, null);
    }

    /** A text that is not blank. */
    public static KeyType text(String word, Function<YamlNode, ?> reader) {
        return string(word, "\\S", reader);
    }

    /** A text that is not blank and has at most so many characters; the reader refuses longer ones. */
    public static KeyType text(String word, int longest, Function<YamlNode, ?> reader) {
        return of(word, Map.of("type", "string", "pattern", "\\S", "maxLength", longest), reader);
    }

    /** @param pattern of the schema */
    public static KeyType string(String word, String pattern, Function<YamlNode, ?> reader) {
        return of(word, Map.of("type", "string", "pattern", pattern), reader);
    }

    /** A text that matches completely; what and remedy are for the one that does not. */
    public static KeyType matching(String word, Pattern pattern, String what, String remedy) {
        return string(
                word,
                "^(" + pattern.pattern().replace("++", "+").replace("*+", "*") + ")$",
                node -> node.matching(pattern, what, remedy));
    }

    public static KeyType weight(String word, int lowest, Function<YamlNode, ?> reader) {
        Map<String, Object> text = Map.of("type", "string", "pattern", "^(100(\\.0)?|\\d{1,2}(\\.\\d)?)\\s*%?$");
        return of(word, anyOf(Map.of("type", "number", "minimum", lowest, "maximum", 100), text), reader);
    }

    private static KeyType threshold() {
        Map<String, Object> number = Map.of("type", "string", "pattern", NUMBER + "(\\s*%)?$");
        Map<String, Object> duration = Map.of("type", "string", "pattern", DURATION);
        return of("threshold", anyOf(Map.of("type", "number"), number, duration), null);
    }

    /** A number between the two, which it may not be itself. */
    public static KeyType between(String word, double low, double high, String message, String remedy) {
        return of(
                word,
                Map.of("type", "number", "exclusiveMinimum", low, "exclusiveMaximum", high),
                node -> node.checked(node.number(), n -> n > low && n < high, message, remedy));
    }

    public static <E extends Enum<E>> KeyType choice(Class<E> type) {
        return oneOf(List.copyOf(words(type).keySet()), node -> node.choice(type));
    }

    /** The constants by their words in plans, in their own order. */
    public static <E extends Enum<E>> Map<String, E> words(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        for (E e : type.getEnumConstants()) {
            words.put(e.name().toLowerCase(Locale.ROOT).replace('_', '-'), e);
        }
        return words;
    }

    public static KeyType oneOf(List<String> words, Function<YamlNode, ?> reader) {
        return of("`" + String.join("`, `", words) + "`", Map.of("enum", words), reader);
    }

    /** Either of them; the reader sees which. */
    public static KeyType either(Function<YamlNode, ?> reader, KeyType one, KeyType other) {
        return of(one.word + ", or " + other.word, anyOf(one, other), reader);
    }

    public KeyType list() {
        return of("list of " + word, Map.of("type", "array", "items", this), node -> node.list(reader));
    }

    /** One or more of them. */
    public KeyType someOf() {
        KeyType list = list();
        return of(list.word, Map.of("type", "array", "items", this, "minItems", 1), list.reader);
    }

    /** Any number of them, each under a name that matches. */
    public KeyType byName(String names) {
        return of(
                "name: " + word,
                Map.of("type", "object", "additionalProperties", this, "propertyNames", Map.of("pattern", names)),
                null);
    }

    /** @param values schema of what stands under names of the plan's own */
    public static KeyType byName(String word, Object values, Function<YamlNode, ?> reader) {
        return of(word, Map.of("type", "object", "additionalProperties", values), reader);
    }

    /**
     * The type of that name: one of these, one that many sections have, a list of them ({@code list of text}), or a number
     * within limits ({@code whole 1..100}, {@code number 0..1}).
     */
    static KeyType named(String name, Map<String, KeyType> own) {
        KeyType known = own.getOrDefault(name, COMMON.get(name));
        Matcher range = RANGE.matcher(name);
        if (known != null) {
            return known;
        } else if (name.startsWith("list of ")) {
            return named(name.substring("list of ".length()), own).list();
        } else if (!range.matches()) {
            throw new IllegalArgumentException("no type is called " + name);
        }
        boolean whole = range.group(1).equals("whole");
        long low = Long.parseLong(range.group(2));
        long high = Long.parseLong(range.group(3));
        return of(
                String.format(Locale.ROOT, "%snumber, %,d to %,d", whole ? "whole " : "", low, high),
                Map.of("type", whole ? "integer" : "number", "minimum", low, "maximum", high),
                whole ? node -> node.whole(low, high) : node -> node.number(low, high));
    }

    /** Some types and one more. */
    public static Map<String, KeyType> with(Map<String, KeyType> types, String name, KeyType type) {
        Map<String, KeyType> more = new HashMap<>(types);
        more.put(name, type);
        return more;
    }

    private static Map<String, Object> anyOf(Object... schemas) {
        return Map.of("anyOf", List.of(schemas));
    }
}

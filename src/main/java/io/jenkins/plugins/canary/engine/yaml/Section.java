package io.jenkins.plugins.canary.engine.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Node;

/**
 * The keys that one part of a plan may have: the one place where a key stands. Reading, the errors about keys, the JSON
 * Schema and the tables of docs/plan-reference.md follow from it. Any thread.
 */
public final class Section {

    private static final Pattern EXAMPLE = Pattern.compile("(?:required,|such as) `(.*)`");

    private final String name;
    private final String says;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final List<String> rules = new ArrayList<>();
    private final Map<String, String> elsewhere = new HashMap<>();

    /**
     * @param otherwise what the reference says of the default
     * @param fallback the default as a plan would write it; null where there is none, or where it depends on other keys
     * @param example what to write when it is missing; "" when there is none
     */
    public record Key(
            String name,
            KeyType type,
            boolean required,
            String otherwise,
            Node fallback,
            String example,
            String says) {}

    private Section(String name, String says) {
        this.name = name;
        this.says = says;
    }

    /**
     * Reads a table of one line a key: name, type, default and a sentence, with bars between them; a line that begins with
     * a space goes on with the sentence. The default is {@code required}, {@code required, `EXAMPLE`}, {@code `VALUE`}, or
     * words, which may end in {@code such as `EXAMPLE`}. A key that is younger than the first release says since when.
     *
     * @param name of the section in the schema
     * @param types those that are not common to many sections
     */
    public static Section of(String name, String says, Map<String, KeyType> types, String... tables) {
        Section section = new Section(name, says);
        for (String line :
                String.join("", tables).replaceAll("\n +", " ").lines().toList()) {
            Key key = key(line.split("\\|", 4), types);
            if (section.keys.put(key.name(), key) != null) {
                throw new IllegalArgumentException(name + " has " + key.name() + " twice");
            }
        }
        return section;
    }

    private static Key key(String[] cells, Map<String, KeyType> types) {
        String[] columns = Arrays.stream(cells).map(String::strip).toArray(String[]::new);
        KeyType type = KeyType.named(columns[1], types);
        String otherwise = columns[2];
        Matcher example = EXAMPLE.matcher(otherwise);
        boolean literal = otherwise.matches("`[^`]*`");
        return new Key(
                columns[0],
                type,
                otherwise.matches("required(,.*)?"),
                otherwise,
                literal ? new Yaml().compose(new StringReader(otherwise.substring(1, otherwise.length() - 1))) : null,
                example.find()
                        ? example.group(1)
                        : type.word().replace("`, `", " | ").replace("`", ""),
                columns[3]);
    }

    /** Adds what the schema says of several keys together: JSON with single quotes. The reader checks it by itself. */
    public Section rule(String json) {
        rules.add(json);
        return this;
    }

    /** Says where a key belongs that this section does not have, for whoever writes it here. */
    public Section elsewhere(String key, String remedy) {
        elsewhere.put(key, remedy);
        return this;
    }

    /** What is to be done about a key that the section does not have; null when nothing is known. */
    String remedy(String key) {
        return elsewhere.get(key);
    }

    public String name() {
        return name;
    }

    public String says() {
        return says;
    }

    public List<Key> keys() {
        return List.copyOf(keys.values());
    }

    public List<String> rules() {
        return List.copyOf(rules);
    }

    Set<String> names() {
        return keys.keySet();
    }

    Key key(String key) {
        Key found = keys.get(key);
        if (found == null) {
            throw new IllegalArgumentException(name + " has no key " + key);
        }
        return found;
    }

    /** As if none of its keys were written. */
    public YamlObject empty() {
        return new YamlObject(null, null, new Problems()).of(this);
    }

    /** The keys and values at a place that is this section; every key that does not belong is reported. */
    public YamlObject at(YamlNode node) {
        return node.object().of(this);
    }

    public KeyType type() {
        return type(this::at);
    }

    public KeyType type(Function<YamlNode, ?> reader) {
        return new KeyType(name, Map.of(), reader, this);
    }
}

package io.jenkins.plugins.canary.engine.yaml;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The keys and values of one place in a plan: those of a {@link Section}, or names of the plan's own. */
public final class YamlObject {

    private final YamlNode self;
    private Section section;
    private final Map<String, YamlNode> values = new LinkedHashMap<>();
    private final Map<String, YamlNode> keys = new LinkedHashMap<>();

    YamlObject(YamlNode self, MappingNode node, Problems problems) {
        this.self = self;
        for (NodeTuple entry : node == null ? List.<NodeTuple>of() : node.getValue()) {
            String key = entry.getKeyNode() instanceof ScalarNode s ? s.getValue() : "?";
            String path = (self.path().isEmpty() ? "" : self.path() + ".") + step(key);
            YamlNode keyNode = new YamlNode(entry.getKeyNode(), path, problems);
            if (keys.putIfAbsent(key, keyNode) != null) {
                keyNode.error(YamlNode.shown(key) + " is given twice", "keep one of them");
                continue;
            }
            values.put(key, new YamlNode(entry.getValueNode(), path, problems));
        }
    }

    /** The place of the whole object, for problems that concern several keys. */
    public YamlNode self() {
        return self;
    }

    /** The place of a key, for problems about the key rather than its value. */
    public YamlNode key(String key) {
        return keys.get(key);
    }

    public Set<String> keys() {
        return values.keySet();
    }

    /** What a reader makes of each key, in the order of the plan, without those that it reports. */
    public <T> Map<String, T> map(Function<String, T> reader) {
        Map<String, T> read = new LinkedHashMap<>();
        for (String key : keys()) {
            T value = reader.apply(key);
            if (value != null) {
                read.put(key, value);
            }
        }
        return read;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The place of a value; null when the key is absent. */
    public YamlNode value(String key) {
        return values.get(key);
    }

    /**
     * The value of one of the section's keys: the default when it is absent or wrong. Null where there is no default, and
     * where a required key is absent, which is reported.
     */
    public <T> T get(String key) {
        return get(key, reader(key));
    }

    /** The same for a value that is read by what else the plan says. */
    public <T> T get(String key, Function<YamlNode, T> reader) {
        Section.Key known = section.key(key);
        if (known.required()) {
            return need(key, reader, known.example());
        }
        Node fallback = known.fallback();
        return get(key, reader, fallback == null ? null : reader.apply(new YamlNode(fallback, "", new Problems())));
    }

    /** The value of one of the section's keys whose default follows from other keys. */
    public <T> T getOr(String key, T otherwise) {
        return get(key, reader(key), otherwise);
    }

    /** Reads a key; the default when it is absent or wrong. */
    public <T> T get(String key, Function<YamlNode, T> reader, T otherwise) {
        YamlNode value = values.get(key);
        T read = value == null ? null : reader.apply(value);
        return read == null ? otherwise : read;
    }

    /** The value of one of the section's keys that must be there beside the other keys; null after reporting. */
    public <T> T need(String key) {
        return need(key, reader(key), section.key(key).example());
    }

    /** Reads a key that must be there; null after reporting when it is absent or wrong. */
    public <T> T need(String key, Function<YamlNode, T> reader, String example) {
        YamlNode value = values.get(key);
        // That it is no object has been reported, and is all there is to say.
        if (value == null && self.isObject()) {
            self.error("'" + key + "' is missing", "write " + key + ": " + example);
        }
        return value == null ? null : reader.apply(value);
    }

    /** The table says of which type a value is; a test reads every key. */
    @SuppressWarnings("unchecked")
    private <T> Function<YamlNode, T> reader(String key) {
        return (Function<YamlNode, T>) section.key(key).type().reader();
    }

    /** Reports every key that the section does not have, with the one that was likely meant. */
    YamlObject of(Section own) {
        section = own;
        keys.forEach((key, node) -> {
            if (!own.names().contains(key)) {
                String nearest = own.names().stream()
                        .filter(k -> distance(k, key) <= Math.max(1, k.length() / 3))
                        .min(Comparator.comparingInt(k -> distance(k, key)))
                        .map(name -> "did you mean " + name + "?")
                        .orElse("known here: " + String.join(", ", own.names()));
                String known = own.remedy(key);
                node.error("unknown key " + YamlNode.shown(key), known == null ? nearest : known);
            }
        });
        return this;
    }

    /** A key as a part of a path: short and on one line, whatever was written. */
    private static String step(String key) {
        String shown = YamlNode.shown(key);
        return shown.substring(1, shown.length() - 1);
    }

    /** Levenshtein's distance, ignoring case; of no interest, and costly, for what is much longer than any key. */
    static int distance(String a, String b) {
        if (b.length() > 40) {
            return b.length();
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1)) ? 0 : 1;
                int best = Math.min(diagonal + same, Math.min(row[j], row[j - 1]) + 1);
                diagonal = row[j];
                row[j] = best;
            }
        }
        return row[b.length()];
    }
}

package io.jenkins.plugins.canary.engine.yaml;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The keys and values of one place in a plan. Whoever reads it says with {@link #only} which keys there may be. */
public final class YamlObject {

    private final YamlNode self;
    private final Map<String, YamlNode> values = new LinkedHashMap<>();
    private final Map<String, YamlNode> keys = new LinkedHashMap<>();

    YamlObject(YamlNode self, MappingNode node, Problems problems) {
        this.self = self;
        if (node == null) {
            return;
        }
        for (NodeTuple entry : node.getValue()) {
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

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public Optional<YamlNode> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Reads a key; the default when it is absent or wrong. */
    public <T> T get(String key, Function<YamlNode, T> reader, T otherwise) {
        YamlNode value = values.get(key);
        T read = value == null ? null : reader.apply(value);
        return read == null ? otherwise : read;
    }

    /** Reads a key that must be there; null after reporting when it is absent or wrong. */
    public <T> T need(String key, Function<YamlNode, T> reader, String example) {
        YamlNode value = values.get(key);
        if (value == null && !self.isObject()) {
            return null; // that it is no object has been reported, and is all there is to say
        }
        if (value == null) {
            self.error("'" + key + "' is missing", "write " + key + ": " + example);
            return null;
        }
        return reader.apply(value);
    }

    /** Reports every key that is not among these, with the one that was likely meant. */
    public YamlObject only(String... known) {
        for (Map.Entry<String, YamlNode> key : keys.entrySet()) {
            if (Arrays.asList(known).contains(key.getKey())) {
                continue;
            }
            String nearest = Arrays.stream(known)
                    .filter(k -> distance(k, key.getKey()) <= Math.max(1, k.length() / 3))
                    .min((a, b) -> distance(a, key.getKey()) - distance(b, key.getKey()))
                    .orElse(null);
            key.getValue()
                    .error(
                            "unknown key " + YamlNode.shown(key.getKey()),
                            nearest != null
                                    ? "did you mean " + nearest + "?"
                                    : "known here: " + Arrays.stream(known).collect(Collectors.joining(", ")));
        }
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

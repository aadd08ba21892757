package io.jenkins.plugins.canary.engine.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Makes new nodes out of others. The nodes that are given stay as they are, and values keep the place where they were
 * written. Any thread.
 */
public final class YamlTree {

    /** What the library calls a text that has no name. */
    private static final String UNNAMED = "'reader'";

    private YamlTree() {}

    /** The file of a place; "" for the text that is read itself. */
    static String file(Mark place) {
        return place == null || place.getName().equals(UNNAMED) ? "" : place.getName();
    }

    /** The same nodes, whose problems name a file. */
    static Node named(Node node, String file) {
        if (node instanceof MappingNode map) {
            List<NodeTuple> entries = map.getValue().stream()
                    .map(e -> new NodeTuple(named(e.getKeyNode(), file), named(e.getValueNode(), file)))
                    .toList();
            return new MappingNode(
                    map.getTag(),
                    true,
                    entries,
                    named(map.getStartMark(), file),
                    named(map.getEndMark(), file),
                    map.getFlowStyle());
        }
        if (node instanceof SequenceNode list) {
            List<Node> items =
                    list.getValue().stream().map(item -> named(item, file)).toList();
            return new SequenceNode(
                    list.getTag(),
                    true,
                    items,
                    named(list.getStartMark(), file),
                    named(list.getEndMark(), file),
                    list.getFlowStyle());
        }
        ScalarNode scalar = (ScalarNode) node;
        return new ScalarNode(
                scalar.getTag(),
                true,
                scalar.getValue(),
                named(scalar.getStartMark(), file),
                named(scalar.getEndMark(), file),
                scalar.getScalarStyle());
    }

    private static Mark named(Mark place, String file) {
        return new Mark(
                file, place.getIndex(), place.getLine(), place.getColumn(), place.getBuffer(), place.getPointer());
    }

    /** The nodes with other texts in place of their scalars; keys stay. */
    public static Node filled(Node node, UnaryOperator<ScalarNode> scalars) {
        if (node instanceof MappingNode map) {
            return of(
                    map,
                    map.getValue().stream()
                            .map(e -> new NodeTuple(e.getKeyNode(), filled(e.getValueNode(), scalars)))
                            .toList());
        }
        if (node instanceof SequenceNode list) {
            return items(
                    list,
                    list.getValue().stream().map(item -> filled(item, scalars)).toList());
        }
        return node instanceof ScalarNode scalar ? scalars.apply(scalar) : node;
    }

    /** The scalar with another text, which is a text whatever it looks like. */
    public static ScalarNode text(ScalarNode place, String text) {
        return new ScalarNode(Tag.STR, true, text, place.getStartMark(), place.getEndMark(), ScalarStyle.DOUBLE_QUOTED);
    }

    /**
     * One document over another: maps are merged key by key, and whatever else the upper one has stands instead of what
     * the lower one has. A key with nothing behind it removes the lower one's.
     */
    public static Node merged(Node lower, Node upper) {
        if (!(lower instanceof MappingNode below && upper instanceof MappingNode above)) {
            return upper;
        }
        Map<String, NodeTuple> all = new LinkedHashMap<>();
        below.getValue().forEach(e -> all.put(key(e), e));
        List<NodeTuple> twice = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (NodeTuple entry : above.getValue()) {
            if (!seen.add(key(entry))) {
                // The reader reports it.
                twice.add(entry);
                continue;
            }
            NodeTuple other = all.get(key(entry));
            boolean removes = other != null && entry.getValueNode().getTag().equals(Tag.NULL);
            if (removes) {
                all.remove(key(entry));
            } else {
                all.put(
                        key(entry),
                        other == null
                                ? entry
                                : new NodeTuple(
                                        entry.getKeyNode(), merged(other.getValueNode(), entry.getValueNode())));
            }
        }
        List<NodeTuple> entries = new ArrayList<>(all.values());
        entries.addAll(twice);
        return of(above, entries);
    }

    private static String key(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode s ? s.getValue() : "?";
    }

    /** The map with one key more, or with another value behind a key that it has. */
    public static MappingNode with(Node place, String key, Node value) {
        MappingNode map = map(place);
        List<NodeTuple> entries = new ArrayList<>();
        boolean found = false;
        for (NodeTuple entry : map.getValue()) {
            boolean same = key(entry).equals(key);
            entries.add(same ? new NodeTuple(entry.getKeyNode(), value) : entry);
            found |= same;
        }
        if (!found) {
            entries.add(new NodeTuple(scalar(key, value), value));
        }
        return of(map, entries);
    }

    /** The map without some of its keys. */
    public static MappingNode without(Node place, Set<String> keys) {
        MappingNode map = map(place);
        return of(
                map, map.getValue().stream().filter(e -> !keys.contains(key(e))).toList());
    }

    /** Whoever asks has read it as a map. */
    private static MappingNode map(Node node) {
        if (node instanceof MappingNode map) {
            return map;
        }
        throw new IllegalArgumentException("no map" + node.getStartMark());
    }

    /** A map of nothing at the place of a node. */
    public static MappingNode emptyMap(Node place) {
        return new MappingNode(Tag.MAP, true, List.of(), place.getStartMark(), place.getEndMark(), FlowStyle.BLOCK);
    }

    /** The items as a list at the place of a node. */
    public static SequenceNode list(Node place, List<Node> items) {
        return place instanceof SequenceNode list
                ? items(list, items)
                : new SequenceNode(Tag.SEQ, true, items, place.getStartMark(), place.getEndMark(), FlowStyle.BLOCK);
    }

    /** A list with some items more; of a node that is none it is the first item. */
    public static SequenceNode plus(Node list, List<Node> more) {
        List<Node> items = new ArrayList<>(list instanceof SequenceNode s ? s.getValue() : List.of(list));
        items.addAll(more);
        return list(list, items);
    }

    /** The list with another item at a position. */
    public static SequenceNode with(Node list, int index, Node item) {
        if (list instanceof SequenceNode old) {
            List<Node> items = new ArrayList<>(old.getValue());
            items.set(index, item);
            return items(old, items);
        }
        throw new IllegalArgumentException("no list" + list.getStartMark());
    }

    /** A plain word at the place of a node. */
    public static ScalarNode scalar(String text, Node place) {
        return new ScalarNode(Tag.STR, true, text, place.getStartMark(), place.getStartMark(), ScalarStyle.PLAIN);
    }

    private static MappingNode of(MappingNode map, List<NodeTuple> entries) {
        return new MappingNode(map.getTag(), true, entries, map.getStartMark(), map.getEndMark(), map.getFlowStyle());
    }

    private static SequenceNode items(SequenceNode list, List<Node> items) {
        return new SequenceNode(
                list.getTag(), true, items, list.getStartMark(), list.getEndMark(), list.getFlowStyle());
    }
}

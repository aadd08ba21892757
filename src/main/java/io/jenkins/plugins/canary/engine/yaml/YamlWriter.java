package io.jenkins.plugins.canary.engine.yaml;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Writes maps, lists, texts, numbers and truth values as YAML for people: what is short and not nested stands on one line, a
 * text of several lines as it is. Every text is read back as it was given. Any thread.
 */
public final class YamlWriter {

    /** Characters of a map or list on one line. */
    private static final int SHORT = 110;

    private static final int DIGITS = 18;
    /** What YAML 1.1 counts as the end of a line, beside a line break. */
    private static final String BREAKS = "\u0085\u2028\u2029";

    private YamlWriter() {}

    public static String write(Map<String, ?> document) {
        MappingNode root = (MappingNode) node(document);
        root.setFlowStyle(FlowStyle.BLOCK);
        return write(root);
    }

    /** Nodes that were read, each in the style that it was written in. */
    public static String write(Node root) {
        DumperOptions options = new DumperOptions();
        options.setSplitLines(false);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        StringWriter out = new StringWriter();
        new Yaml(options).serialize(root, out);
        return out.toString();
    }

    private static Node node(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<NodeTuple> entries = new ArrayList<>();
            map.forEach((key, v) -> entries.add(new NodeTuple(node(key), node(v))));
            return new MappingNode(Tag.MAP, entries, style(map.values(), map.toString()));
        }
        if (value instanceof Collection<?> list) {
            List<Node> items = list.stream().map(YamlWriter::node).toList();
            return new SequenceNode(Tag.SEQ, items, style(list, list.toString()));
        }
        if (value instanceof String text) {
            return new ScalarNode(Tag.STR, text, null, null, style(text));
        }
        String text = value instanceof BigDecimal number ? number(number) : value.toString();
        return new ScalarNode(new Resolver().resolve(NodeId.scalar, text, true), text, null, null, ScalarStyle.PLAIN);
    }

    /** With at most 18 digits before and behind the point, as plans have numbers. */
    private static String number(BigDecimal given) {
        BigDecimal number = given.stripTrailingZeros();
        boolean plain = number.scale() <= DIGITS && number.precision() - number.scale() <= DIGITS;
        return plain ? number.toPlainString() : number.unscaledValue() + "E" + -number.scale();
    }

    /** A tab, another control character or an unusual line break may stand between double quotes only. */
    private static ScalarStyle style(String text) {
        if (text.chars().anyMatch(c -> c < ' ' && c != '\n' || BREAKS.indexOf(c) >= 0)) {
            return ScalarStyle.DOUBLE_QUOTED;
        }
        return text.contains("\n") ? ScalarStyle.LITERAL : ScalarStyle.PLAIN;
    }

    private static FlowStyle style(Collection<?> values, String length) {
        boolean nested = values.stream()
                .anyMatch(v -> v instanceof Map<?, ?> m && !m.isEmpty()
                        || v instanceof Collection<?> c && !c.isEmpty()
                        || v instanceof String s && s.contains("\n"));
        return nested || length.length() > SHORT ? FlowStyle.BLOCK : FlowStyle.FLOW;
    }
}

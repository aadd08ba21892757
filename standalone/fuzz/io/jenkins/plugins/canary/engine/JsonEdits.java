package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Edits of a good document that an input spells, three bytes an edit: where, and what. Random bytes rarely are JSON at all;
 * random edits of JSON reach what lies behind the parser.
 */
public final class JsonEdits {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<JsonNode> VALUES = List.of(
            NODES.nullNode(),
            NODES.numberNode(-1),
            NODES.numberNode(0),
            NODES.numberNode(1),
            NODES.numberNode(99),
            NODES.numberNode(Long.MAX_VALUE),
            NODES.numberNode(Long.MIN_VALUE),
            NODES.numberNode(1e308),
            NODES.numberNode(Double.NaN),
            NODES.numberNode(0.5),
            NODES.booleanNode(true),
            NODES.textNode(""),
            NODES.textNode("x"),
            NODES.textNode("FAIL"),
            NODES.textNode("99%"),
            NODES.textNode("1h"),
            NODES.textNode("\u001b[31m<b>&\n"),
            NODES.textNode("0123456789".repeat(500)),
            NODES.arrayNode(),
            NODES.objectNode());

    private JsonEdits() {}

    private record Place(JsonNode parent, String key, int index) {

        JsonNode value() {
            return parent.isObject() ? parent.get(key) : parent.get(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode o) {
                o.set(key, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode o) {
                o.remove(key);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }
    }

    /** @param document is changed */
    public static JsonNode apply(JsonNode document, byte[] input) {
        for (int i = 0; i + 2 < Math.min(input.length, 60); i += 3) {
            List<Place> places = places(document).toList();
            if (places.isEmpty()) {
                return document;
            }
            Place place = places.get(((input[i] & 0xff) << 8 | input[i + 1] & 0xff) % places.size());
            int what = input[i + 2] & 0xff;
            switch (what % 8) {
                case 0 -> place.remove();
                case 1 -> {
                    if (place.parent instanceof ArrayNode list) {
                        list.insert(place.index, place.value().deepCopy());
                    }
                }
                case 2 -> {
                    // Another value of the same document: mostly one that makes sense somewhere.
                    place.set(places.get(what * 31 % places.size()).value().deepCopy());
                }
                default -> place.set(VALUES.get(what % VALUES.size()).deepCopy());
            }
        }
        return document;
    }

    private static Stream<Place> places(JsonNode node) {
        List<Place> found = new ArrayList<>();
        collect(node, found);
        return found.stream();
    }

    private static void collect(JsonNode node, List<Place> found) {
        if (node instanceof ObjectNode o) {
            o.fieldNames().forEachRemaining(key -> found.add(new Place(o, key, 0)));
            o.forEach(child -> collect(child, found));
        } else if (node instanceof ArrayNode a) {
            for (int i = 0; i < a.size(); i++) {
                found.add(new Place(a, null, i));
                collect(a.get(i), found);
            }
        }
    }
}

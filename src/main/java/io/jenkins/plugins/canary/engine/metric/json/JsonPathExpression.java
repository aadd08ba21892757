package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JsonSmartJsonProvider;
import com.jayway.jsonpath.spi.mapper.JsonSmartMappingProvider;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.WorkBudget;
import java.util.Collection;

/**
 * A JSONPath expression out of a plan, over plain maps and lists: in Jenkins the JSONPath library does not see Jackson,
 * whose nodes it could read too. What it may do to a document is bounded: {@code $..*..*} looks at some values many
 * times, and patterns in filters are {@link io.jenkins.plugins.canary.engine.LinearPattern}s. Immutable.
 */
public final class JsonPathExpression {

    /** Several times what {@code $..name} takes on the largest document. */
    private static final long WORK = 30_000_000;

    private static final int LONGEST = 1_000;

    private final String text;
    private final JsonPath path;

    private JsonPathExpression(String text, JsonPath path) {
        this.text = text;
        this.path = path;
    }

    /** @throws IllegalArgumentException with the reason, when the text is no expression */
    public static JsonPathExpression compile(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("it is longer than " + LONGEST + " characters");
        }
        return new JsonPathExpression(text, FilterPatterns.compile(text));
    }

    /** Whether it names one place, so that a list that it finds is one value. */
    public boolean isDefinite() {
        return path.isDefinite();
    }

    /**
     * What the expression finds.
     *
     * @throws JsonPathException when there is nothing, or the expression cannot be applied to this document
     * @throws WorkBudget.Exceeded when that takes too much work
     */
    public JsonNode find(JsonNode root) {
        Object plain;
        try {
            plain = BoundedJson.MAPPER.treeToValue(root, Object.class);
        } catch (JsonProcessingException e) {
            throw new JsonPathException(e);
        }
        if (plain == null) {
            throw new JsonPathException("the document is null");
        }
        WorkBudget budget = new WorkBudget(WORK);
        Configuration counted = Configuration.builder()
                .jsonProvider(new CountedJson(budget, longestPath(root)))
                .mappingProvider(new JsonSmartMappingProvider())
                .build();
        try {
            return BoundedJson.MAPPER.valueToTree(path.read(plain, counted));
        } catch (JsonPathException | WorkBudget.Exceeded e) {
            throw e;
        } catch (RuntimeException e) {
            // The library casts and parses what it finds in the document without looking.
            throw new JsonPathException(
                    "it does not fit the document (" + e.getClass().getSimpleName() + ")", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }

    /**
     * The length in characters of the longest path to a value, {@code $['a'][0]}. The JSONPath library writes the path to each
     * value that it visits, so this is what a visit costs.
     */
    private static int longestPath(JsonNode node) {
        int longest = 0;
        for (var child : node.properties()) {
            longest = Math.max(longest, child.getKey().length() + 4 + longestPath(child.getValue()));
        }
        if (node.isArray()) {
            int index = String.valueOf(node.size()).length() + 2;
            for (JsonNode child : node) {
                longest = Math.max(longest, index + longestPath(child));
            }
        }
        return longest;
    }

    /** Hands a document to the JSONPath library value by value, and stops it when it has looked at too many. */
    static final class CountedJson extends JsonSmartJsonProvider {

        private static final int VISIT = 4;
        private static final int CHARACTERS_A_UNIT = 16;

        private final WorkBudget budget;
        private final long visit;

        /** @param longestPath in characters: what is written for a visited value */
        CountedJson(WorkBudget budget, int longestPath) {
            this.budget = budget;
            this.visit = VISIT + longestPath / CHARACTERS_A_UNIT;
        }

        WorkBudget budget() {
            return budget;
        }

        private Object counted(Object value) {
            budget.spend(visit + (value instanceof String s ? s.length() / CHARACTERS_A_UNIT : 0));
            return value;
        }

        @Override
        public Object getMapValue(Object map, String key) {
            return counted(super.getMapValue(map, key));
        }

        @Override
        public Object getArrayIndex(Object list, int index) {
            return counted(super.getArrayIndex(list, index));
        }

        /** The library counts the keys of an object as well: an error document would be as long as a list of two. */
        @Override
        public int length(Object list) {
            if (super.isMap(list)) {
                throw new JsonPathException("there is an object, and a list is counted");
            }
            return super.length(list);
        }

        @Override
        public void setArrayIndex(Object list, int index, Object value) {
            budget.spend(visit);
            super.setArrayIndex(list, index, value);
        }

        @Override
        public Collection<String> getPropertyKeys(Object map) {
            Collection<String> keys = super.getPropertyKeys(map);
            budget.spend(visit * (1 + keys.size()));
            return keys;
        }

        @Override
        public Iterable<?> toIterable(Object list) {
            Iterable<?> all = super.toIterable(list);
            if (all instanceof Collection<?> values) {
                budget.spend(visit * (1 + values.size()));
            }
            return all;
        }

        @Override
        public Object unwrap(Object value) {
            return counted(super.unwrap(value));
        }

        @Override
        public boolean isMap(Object value) {
            budget.spend(1);
            return super.isMap(value);
        }
    }
}

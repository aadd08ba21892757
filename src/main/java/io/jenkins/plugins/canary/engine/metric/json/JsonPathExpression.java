package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.mapper.JsonSmartMappingProvider;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.WorkBudget;

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
                .jsonProvider(new CountedJson(budget, LongestPath.in(root)))
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

    /** The expression as it was written. */
    @Override
    public String toString() {
        return text;
    }

    /**
     * The length in characters of the longest path to a value, {@code $['a'][0]}. The JSONPath library writes the path to each
     * value that it visits, so this is what a visit costs.
     */
    static final class LongestPath {

        private LongestPath() {}

        static int in(JsonNode node) {
            int longest = 0;
            for (var child : node.properties()) {
                longest = Math.max(longest, child.getKey().length() + 4 + in(child.getValue()));
            }
            if (node.isArray()) {
                int index = String.valueOf(node.size()).length() + 2;
                for (JsonNode child : node) {
                    longest = Math.max(longest, index + in(child));
                }
            }
            return longest;
        }
    }
}

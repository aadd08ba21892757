package io.jenkins.plugins.canary.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads JSON from outside: answers of servers, webhooks, output of programs, files. What a document may make us do is
 * bounded before it is read: how deep it nests, how many digits, characters and values it has. A document beyond a bound
 * fails like one that is not JSON, with a {@link com.fasterxml.jackson.core.JsonProcessingException}.
 */
public final class BoundedJson {

    /** Levels of nesting; the trees of documents are walked by recursion. */
    public static final int DEPTH = 100;
    /** Digits of a number. A double has 17, and what exceeds them does not change it. */
    public static final int DIGITS = 1_000;
    /** Characters of a text. */
    public static final int TEXT = 4 << 20;
    /** Characters of a name of a field. */
    public static final int NAME = 4_096;
    /** Characters of a document. */
    public static final long DOCUMENT = 32 << 20;
    /** Braces, names and values of a document; each takes about 100 bytes in memory. */
    public static final long TOKENS = 2_000_000;

    /** Also refuses what stands behind the document. */
    public static final ObjectMapper MAPPER = JsonMapper.builder(factory())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private BoundedJson() {}

    /** What is wrong with a document, in words; quotes nothing of it. */
    public static String fault(JsonProcessingException e, int length) {
        if (e instanceof StreamConstraintsException) {
            return "the document is larger than is read: at most " + DEPTH + " levels, " + DIGITS
                    + " digits of a number and " + TOKENS + " values";
        }
        // Not every exception of the library knows where it happened.
        return "it is not JSON, or is cut off"
                + (e.getLocation() == null ? "" : ", at byte " + e.getLocation().getByteOffset() + " of " + length);
    }

    /** For mappers with settings of their own. */
    public static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH)
                        .maxNumberLength(DIGITS)
                        .maxStringLength(TEXT)
                        .maxNameLength(NAME)
                        .maxDocumentLength(DOCUMENT)
                        .maxTokenCount(TOKENS)
                        .build())
                .build();
    }

    /** What a value is, for messages that must not tell the value itself: it comes from a place that a plan chose. */
    public static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "a list of " + value.size();
            case STRING -> "text of " + value.textValue().length() + " characters";
            case NUMBER -> "a number";
            case BOOLEAN -> "true or false";
            case NULL -> "null";
            default -> "nothing";
        };
    }
}

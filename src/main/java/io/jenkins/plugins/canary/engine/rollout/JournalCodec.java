package io.jenkins.plugins.canary.engine.rollout;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.plan.read.PlanSize;
import java.io.IOException;

/** One journal line: {@code {"seq":7,"prev":"<SHA-256 of the line before>","event":{...}}}, UTF-8, no line break. */
final class JournalCodec {

    /**
     * Bytes of a line, without its line break. No longer line is written, so that what is written can be read. The first line
     * holds the plan, three bytes a character at most, and its queries, where a control character takes six; one more for all
     * that is beside them. So a plan that the reader accepts makes a line that this reader takes.
     */
    static final int LONGEST_LINE = (3 + 6 + 1) * PlanSize.CHARACTERS;

    /** What the first line names as the one before. */
    static final String GENESIS = "0".repeat(64);

    // Keys that a later version added are skipped: an old plugin can still read what a newer one wrote.
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .build();

    @JsonPropertyOrder({"seq", "prev", "event"})
    record Line(long seq, String prev, RolloutEvent event) {}

    private JournalCodec() {}

    static byte[] encode(long seq, String prev, RolloutEvent event) {
        try {
            return MAPPER.writeValueAsBytes(new Line(seq, prev, event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event that cannot be written: " + event, e);
        }
    }

    /** @throws IOException when it is no journal line */
    static Line decode(byte[] line) throws IOException {
        JsonNode tree = MAPPER.readTree(line);
        if (tree == null
                || !tree.path("seq").isIntegralNumber()
                || !tree.path("prev").isTextual()) {
            throw new IOException("it is not a journal line");
        }
        RolloutEvent event = MAPPER.treeToValue(tree.get("event"), RolloutEvent.class);
        if (event == null) {
            throw new IOException("it has no event");
        }
        return new Line(tree.get("seq").longValue(), tree.get("prev").textValue(), event);
    }

    static String hash(byte[] line) {
        return Sha256.hex(line);
    }
}

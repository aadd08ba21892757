package io.jenkins.plugins.canary.engine.metric.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import java.io.IOException;
import java.net.URI;

/** What the answers of log servers have in common. */
final class LogAnswer {

    private static final int LONGEST_QUOTE = 200;

    private LogAnswer() {}

    /** @throws IllegalArgumentException for people, when the base is no address */
    static URI address(String base, String path) {
        return HttpCall.address(HttpCall.base(base) + path);
    }

    /** @throws MetricException when the answer is a refusal, or no JSON document */
    static JsonNode json(HttpAnswer answer) throws MetricException {
        if (answer.status() != 200) {
            throw new MetricException(answer.refusal() + (answer.isHtml() ? "" : words(answer, answer.text())));
        }
        if (answer.isHtml()) {
            throw new MetricException(
                    PlainText.address(answer.from()) + " answered with a web page instead of JSON" + answer.title());
        }
        try {
            JsonNode root = BoundedJson.MAPPER.readTree(answer.body());
            return root == null ? MissingNode.getInstance() : root;
        } catch (JsonProcessingException e) {
            throw new MetricException(BoundedJson.fault(e, answer.body().length), e);
        } catch (IOException e) {
            throw new MetricException("the answer could not be read", e);
        }
    }

    /** What the server says of its failure, behind a colon; "" when it says nothing. */
    static String words(HttpAnswer answer, String said) {
        return said.isBlank() ? "" : ": " + answer.quote(said.strip(), LONGEST_QUOTE);
    }

    /** @throws MetricException when it is none */
    static JsonNode list(JsonNode node, String name) throws MetricException {
        if (!node.isArray()) {
            throw new MetricException(
                    "the answer has " + BoundedJson.kind(node) + " instead of a list as '" + name + "'");
        }
        return node;
    }

    /** A number of lines, as a number or a text. */
    static long count(JsonNode node) throws MetricException {
        String text = node.isValueNode() ? node.asText() : "";
        if (!text.matches("\\d{1,15}(\\.0)?")) {
            throw new MetricException("the answer has no number of lines");
        }
        return (long) Double.parseDouble(text);
    }

    /** Short, and the same for the same text only. */
    static String id(String text) {
        return Sha256.hex(text).substring(0, 24);
    }
}

package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.JsonPathException;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.JsonKind;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.json.JsonPathExpression;
import java.io.IOException;

/**
 * One value in a JSON body.
 *
 * @param path a JSONPath expression
 * @param wanted what the value must be, as text; null for anything
 * @param min the lowest number; null for any
 * @param max the highest number; null for any
 */
public record JsonExpectation(String path, String wanted, Double min, Double max) {

    private static final int LONGEST_SHOWN = 60;

    /** One sentence; null when the body is as expected. */
    String fault(HttpAnswer answer) {
        JsonNode found;
        try {
            found = JsonPathExpression.compile(path).find(BoundedJson.MAPPER.readTree(answer.body()));
        } catch (IOException notJson) {
            return "the body is not JSON";
        } catch (WorkBudget.Exceeded e) {
            return path + " takes too much work on the body";
        } catch (JsonPathException e) {
            return "there is nothing at " + path;
        }
        JsonNode value = found.isArray() && found.size() == 1 ? found.get(0) : found;
        String is = "at " + path + " there is "
                + (answer.quotable() ? PlainText.clip(value.toString(), LONGEST_SHOWN) : JsonKind.of(value));
        if (wanted != null && !wanted.equals(value.asText())) {
            return is;
        }
        boolean number = value.isNumber();
        boolean tooLow = min != null && (!number || value.doubleValue() < min);
        boolean tooHigh = max != null && (!number || value.doubleValue() > max);
        return tooLow || tooHigh ? is : null;
    }
}

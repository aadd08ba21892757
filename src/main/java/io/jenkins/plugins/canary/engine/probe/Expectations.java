package io.jenkins.plugins.canary.engine.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.JsonPathException;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.WorkBudget;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.json.JsonPathExpression;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a plan expects of the answers to one batch.
 *
 * @param status how many answers of each status or class of statuses
 * @param headers on every answer with 2xx: what the whole value must match, by name
 * @param latency the longest allowed in seconds, by quantile
 * @param rateLimit the prefix of the rate limit's headers that are checked; null when they are not
 */
public record Expectations(
        Map<String, CountRange> status,
        Map<String, LinearPattern> headers,
        Map<Double, Double> latency,
        List<JsonExpectation> json,
        String rateLimit) {

    /** For one header of all answers of a probe: a usual pattern takes one in ten thousand of it for each. */
    private static final long MATCHING = 50_000_000;

    public Expectations {
        status = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(status));
        headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        latency = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(latency));
        json = List.copyOf(json);
    }

    List<ProbeFinding> check(List<ProbeResponse> responses) {
        List<ProbeFinding> findings = new ArrayList<>(Statuses.check(status, responses));
        List<ProbeResponse> good =
                responses.stream().filter(ProbeResponse::is2xx).toList();
        headers.forEach((name, pattern) -> findings.add(header(name, pattern, good)));
        if (!json.isEmpty()) {
            findings.add(bodies(good));
        }
        if (rateLimit != null) {
            findings.addAll(new RateLimitCheck(rateLimit, null).check(responses));
        }
        findings.addAll(Latencies.check(latency, responses));
        return findings;
    }

    boolean looksAt(String header) {
        return header.equalsIgnoreCase("Location")
                || headers.keySet().stream().anyMatch(header::equalsIgnoreCase)
                || rateLimit != null && new RateLimitCheck(rateLimit, null).looksAt(header);
    }

    /** One sentence; null when the body is as expected, or is not that of a good answer. */
    String bodyFault(HttpAnswer answer) {
        return answer.status() / 100 != 2
                ? null
                : json.stream()
                        .map(e -> e.fault(answer))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private static ProbeFinding header(String name, LinearPattern pattern, List<ProbeResponse> good) {
        WorkBudget budget = new WorkBudget(MATCHING);
        try {
            return all(
                    "header " + name,
                    "on",
                    good,
                    h -> h.header(name) == null || !pattern.matches(h.header(name), budget),
                    h -> " it is " + (h.header(name) == null ? "missing" : h.shown(name)));
        } catch (WorkBudget.Exceeded e) {
            return ProbeFinding.fail(
                    "header " + name, "the answers' values are too long for its pattern; write a shorter pattern");
        }
    }

    private static ProbeFinding bodies(List<ProbeResponse> good) {
        return all("body", "in", good, h -> h.bodyFault() != null, h -> ", " + h.bodyFault());
    }

    /** @param fault what is wrong with the first answer that is */
    private static ProbeFinding all(
            String what,
            String where,
            List<ProbeResponse> good,
            Predicate<ProbeResponse> isWrong,
            Function<ProbeResponse, String> fault) {
        if (good.isEmpty()) {
            return ProbeFinding.unknown(what, "no answer had a status of 2xx");
        }
        List<ProbeResponse> wrong = good.stream().filter(isWrong).toList();
        return wrong.isEmpty()
                ? ProbeFinding.pass(what, "it is as expected " + where + " all " + good.size() + " answers")
                : ProbeFinding.fail(
                        what,
                        where + " " + wrong.size() + " of " + good.size() + " answers" + fault.apply(wrong.get(0)));
    }

    /** How many answers there must be: {@code 100}, {@code 1..}, {@code ..5} or {@code 90..110}. */
    public record CountRange(int lowest, int highest) {

        private static final Pattern TEXT = Pattern.compile("(\\d{1,6})?(\\.\\.)?(\\d{1,6})?");

        /** Null when the text is none. */
        public static CountRange parse(String text) {
            Matcher m = TEXT.matcher(text.trim());
            if (!m.matches() || m.group(1) == null && m.group(3) == null || m.group(2) == null && m.group(3) != null) {
                return null;
            }
            int low = m.group(1) == null ? 0 : Integer.parseInt(m.group(1));
            int high = m.group(2) == null ? low : m.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(m.group(3));
            return low > high ? null : new CountRange(low, high);
        }

        boolean holds(int count) {
            return count >= lowest && count <= highest;
        }

        @Override
        public String toString() {
            if (lowest == highest) {
                return String.valueOf(lowest);
            }
            return highest == Integer.MAX_VALUE
                    ? "at least " + lowest
                    : lowest == 0 ? "at most " + highest : lowest + " to " + highest;
        }
    }

    /**
     * One value in a JSON body.
     *
     * @param path a JSONPath expression
     * @param wanted what the value must be, as text; null for anything
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
                    + (answer.quotable() ? PlainText.clip(value.toString(), LONGEST_SHOWN) : BoundedJson.kind(value));
            if (wanted != null && !wanted.equals(value.asText())) {
                return is;
            }
            boolean number = value.isNumber();
            boolean tooLow = min != null && (!number || value.doubleValue() < min);
            boolean tooHigh = max != null && (!number || value.doubleValue() > max);
            return tooLow || tooHigh ? is : null;
        }
    }
}

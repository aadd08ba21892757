package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.probe.Expectations.CountRange;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How the answers are distributed over the statuses. */
final class Statuses {

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private static final int LONGEST_SHOWN = 200;

    private Statuses() {}

    static Map<Integer, Integer> count(List<ProbeResponse> responses) {
        Map<Integer, Integer> counts = new TreeMap<>();
        responses.stream().filter(ProbeResponse::answered).forEach(h -> counts.merge(h.status(), 1, Integer::sum));
        return counts;
    }

    /**
     * @param expected by status such as 200, or by class such as 2xx; a status counts for its most exact entry, and one
     *     that has none must not occur
     */
    static List<ProbeFinding> check(Map<String, CountRange> expected, List<ProbeResponse> responses) {
        Map<String, Integer> found = new TreeMap<>();
        List<ProbeResponse> others = new ArrayList<>();
        for (ProbeResponse response : responses) {
            String exact = String.valueOf(response.status());
            String broad = response.status() / 100 + "xx";
            if (!response.answered()) {
                continue;
            }
            if (expected.containsKey(exact) || expected.containsKey(broad)) {
                found.merge(expected.containsKey(exact) ? exact : broad, 1, Integer::sum);
            } else {
                others.add(response);
            }
        }
        List<ProbeFinding> findings = new ArrayList<>();
        expected.forEach((status, range) -> findings.add(ProbeFinding.of(
                range.holds(found.getOrDefault(status, 0)),
                "status " + status + ": " + range,
                found.getOrDefault(status, 0) + " of " + responses.size() + " answers had status " + status)));
        findings.add(ProbeFinding.of(
                others.isEmpty(),
                "no other status",
                others.isEmpty() ? "there was no other status" : "also " + Statuses.words(others) + redirect(others)));
        return findings;
    }

    /** {@code 3 x 500, 1 x 302}. */
    static String words(List<ProbeResponse> responses) {
        return count(responses).entrySet().stream()
                .map(e -> e.getValue() + " x " + e.getKey())
                .collect(Collectors.joining(", "));
    }

    /** All requests must be answered for the rest to mean anything. */
    static ProbeFinding answered(List<ProbeResponse> responses) {
        List<ProbeResponse> none = responses.stream().filter(h -> !h.answered()).toList();
        return ProbeFinding.of(
                none.isEmpty(),
                "every request is answered",
                none.isEmpty()
                        ? responses.size() + " of " + responses.size() + " requests were answered"
                        : none.size() + " of " + responses.size() + " requests were not answered: "
                                + none.get(0).fault());
    }

    /** Where to; never followed. */
    private static String redirect(List<ProbeResponse> responses) {
        return responses.stream()
                .filter(h -> REDIRECTS.contains(h.status()))
                .findFirst()
                .map(h -> " (a redirect" + (h.quotable() ? " to " + place(h.header("Location")) : "")
                        + ", which is not followed)")
                .orElse("");
    }

    /** Without the query, which may carry tokens. */
    private static String place(String location) {
        try {
            if (location == null) {
                return "nowhere";
            }
            URI to = URI.create(location);
            if (to.isAbsolute()) {
                return to.getHost() == null ? "something that is not an address" : PlainText.address(to);
            }
            String path = PlainText.clip(to.getRawPath(), LONGEST_SHOWN);
            return to.getHost() == null ? "'" + path + "'" : "//" + to.getHost() + path;
        } catch (IllegalArgumentException e) {
            return "something that is not an address";
        }
    }
}

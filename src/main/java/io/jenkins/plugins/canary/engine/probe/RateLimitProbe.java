package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A rate limit of an endpoint: up to the limit requests pass, beyond it they are answered with 429, and both kinds of
 * answers carry headers that make sense.
 *
 * @param limit how many requests a window lets through
 * @param prefix of the headers: "" or {@code X-}
 */
public record RateLimitProbe(
        String name, Duration every, ProbeRequest probeRequest, int limit, int requests, int concurrency, String prefix)
        implements Probe {

    @Override
    public List<RequestBatch> batches(JwtReplayProbe.Tokens tokens) {
        return List.of(new RequestBatch(probeRequest, requests, concurrency, null, false));
    }

    @Override
    public boolean looksAt(String header) {
        return headers().looksAt(header) || header.equalsIgnoreCase("Location");
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> batches) {
        List<ProbeResponse> responses = batches.get(0);
        List<ProbeFinding> findings = new ArrayList<>();
        List<ProbeResponse> others = responses.stream()
                .filter(h -> h.answered() && !h.is2xx() && h.status() != 429)
                .toList();
        findings.add(ProbeFinding.of(
                others.isEmpty(),
                "only 200 and 429",
                others.isEmpty() ? Statuses.words(responses) : "also " + Statuses.words(others)));
        long passed = responses.stream().filter(ProbeResponse::is2xx).count();
        long refused = responses.stream().filter(h -> h.status() == 429).count();
        long allowed = limit * windows(responses);
        if (passed == 0 && refused > 0) {
            findings.add(
                    ProbeFinding.unknown(
                            "requests pass up to the limit",
                            "every request was refused: the window was used up"
                                    + " before, by an earlier run perhaps, or nobody is let through; have it asked less often with every"));
        }
        findings.add(ProbeFinding.of(
                passed <= allowed,
                "at most " + limit + " a window",
                Units.count(passed, "request") + (passed == 1 ? " was" : " were") + " let through"
                        + (allowed == limit ? "" : " in " + allowed / limit + " windows")));
        if (requests > allowed) {
            findings.add(ProbeFinding.of(
                    refused > 0,
                    "429 beyond the limit",
                    refused + " of " + responses.size() + " requests were answered with 429"));
        } else {
            findings.add(ProbeFinding.unknown(
                    "429 beyond the limit",
                    "the limit was not passed: " + requests + " requests took " + allowed / limit + " windows of "
                            + limit + "; send more, or faster"));
        }
        findings.addAll(headers().check(responses));
        return findings;
    }

    /** How many windows the requests fell into: a limit that began anew meanwhile lets more through. */
    private long windows(List<ProbeResponse> responses) {
        ProbeResponse first = null;
        long end = 0;
        for (ProbeResponse response : responses) {
            if (headers().of(response).resetAt().isPresent()
                    && (first == null || response.doneNanos() < first.doneNanos())) {
                first = response;
            }
            end = Math.max(end, response.doneAt());
        }
        if (first == null) {
            return 1;
        }
        OptionalLong reset = headers().of(first).resetAt();
        long longest = responses.stream()
                .mapToLong(h -> headers().of(h).resetAt().orElse(h.doneAt()) - h.doneAt())
                .max()
                .orElse(0);
        return end < reset.getAsLong() || longest <= 0 ? 1 : 2 + (end - reset.getAsLong()) / longest;
    }

    private RateLimitCheck headers() {
        return new RateLimitCheck(prefix, limit);
    }
}

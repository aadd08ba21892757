package io.jenkins.plugins.canary.engine.probe;

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
        String name, Duration every, ProbeRequest shot, int limit, int requests, int concurrency, String prefix)
        implements Probe {

    @Override
    public List<RequestBatch> volleys(TokenKeys keys) {
        return List.of(new RequestBatch(shot, requests, concurrency, null, false));
    }

    @Override
    public boolean looksAt(String header) {
        return headers().looksAt(header) || header.equalsIgnoreCase("Location");
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> volleys) {
        List<ProbeResponse> hits = volleys.get(0);
        List<ProbeFinding> findings = new ArrayList<>();
        List<ProbeResponse> others = hits.stream()
                .filter(h -> h.answered() && !h.is2xx() && h.status() != 429)
                .toList();
        findings.add(ProbeFinding.of(
                others.isEmpty(),
                "only 200 and 429",
                others.isEmpty() ? Statuses.words(hits) : "also " + Statuses.words(others)));
        long passed = hits.stream().filter(ProbeResponse::is2xx).count();
        long refused = hits.stream().filter(h -> h.status() == 429).count();
        long allowed = limit * windows(hits);
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
                passed + " requests were let through"
                        + (allowed == limit ? "" : " in " + allowed / limit + " windows")));
        if (requests > allowed) {
            findings.add(ProbeFinding.of(
                    refused > 0,
                    "429 beyond the limit",
                    refused + " of " + hits.size() + " requests were answered with 429"));
        } else {
            findings.add(ProbeFinding.unknown(
                    "429 beyond the limit",
                    "the limit was not passed: " + requests + " requests took " + allowed / limit + " windows of "
                            + limit + "; send more, or faster"));
        }
        findings.addAll(headers().check(hits));
        return findings;
    }

    /** How many windows the requests fell into: a limit that began anew meanwhile lets more through. */
    private long windows(List<ProbeResponse> hits) {
        ProbeResponse first = null;
        long end = 0;
        for (ProbeResponse hit : hits) {
            if (headers().of(hit).resetAt().isPresent() && (first == null || hit.doneNanos() < first.doneNanos())) {
                first = hit;
            }
            end = Math.max(end, hit.doneAt());
        }
        if (first == null) {
            return 1;
        }
        OptionalLong reset = headers().of(first).resetAt();
        long longest = hits.stream()
                .mapToLong(h -> headers().of(h).resetAt().orElse(h.doneAt()) - h.doneAt())
                .max()
                .orElse(0);
        return end < reset.getAsLong() || longest <= 0 ? 1 : 2 + (end - reset.getAsLong()) / longest;
    }

    private RateLimitCheck headers() {
        return new RateLimitCheck(prefix, limit);
    }
}

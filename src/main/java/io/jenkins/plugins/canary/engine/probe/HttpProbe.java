package io.jenkins.plugins.canary.engine.probe;

import java.time.Duration;
import java.util.List;

/**
 * Requests with expectations of the plan's own.
 *
 * @param rps requests begun a second, evenly; null for as fast as the answers come
 */
public record HttpProbe(
        String name,
        Duration every,
        ProbeRequest probeRequest,
        int requests,
        int concurrency,
        Double rps,
        Expectations expect)
        implements Probe {

    @Override
    public List<RequestBatch> batches(TokenKeys keys) {
        return List.of(new RequestBatch(probeRequest, requests, concurrency, rps, false));
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> batches) {
        return expect.check(batches.get(0));
    }

    @Override
    public BodyCheck body() {
        return expect.json().isEmpty() ? null : expect::bodyFault;
    }

    @Override
    public boolean looksAt(String header) {
        return expect.looksAt(header);
    }
}

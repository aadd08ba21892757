package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
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
    public List<RequestBatch> batches(JwtReplayProbe.Tokens tokens) {
        return List.of(new RequestBatch(probeRequest, requests, concurrency, rps, false));
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> batches) {
        return expect.check(batches.get(0));
    }

    @Override
    public String bodyFault(HttpAnswer answer) {
        return expect.bodyFault(answer);
    }

    @Override
    public boolean looksAt(String header) {
        return expect.looksAt(header);
    }
}

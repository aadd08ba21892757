package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Whether the rate limit's counts outlive the pods that keep them: some requests, a restart of the canary's pods, some
 * more. For limits with fixed windows that are longer than a restart takes.
 *
 * @param each how many requests before the restart, and how many after it
 */
public record PersistenceProbe(
        String name, Duration every, ProbeRequest probeRequest, int each, String prefix, Restart restart)
        implements Probe {

    /**
     * A rolling restart of a Deployment.
     *
     * @param deployment null for the canary's own: the driver's, or else the target's name with -canary
     * @param namespace null for the one where traffic is moved, or else the target's
     * @param cluster null for the one where traffic is moved, or else the usual one
     */
    public record Restart(String deployment, String namespace, ClusterRef cluster, Duration within) {}

    @Override
    public int requests() {
        return 2 * each;
    }

    @Override
    public List<RequestBatch> batches(JwtReplayProbe.Tokens tokens) {
        RequestBatch some = new RequestBatch(probeRequest, each, 1, null, false);
        return List.of(some, some.afterRestart());
    }

    @Override
    public boolean looksAt(String header) {
        return headers().looksAt(header);
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> batches) {
        List<ProbeResponse> before = batches.get(0);
        return List.of(compare(before.get(before.size() - 1), batches.get(1).get(0)));
    }

    /** The last answer before the restart and the first one after it. */
    private ProbeFinding compare(ProbeResponse last, ProbeResponse first) {
        OptionalLong left = headers().of(last).remaining();
        OptionalLong then = headers().of(first).remaining();
        OptionalLong reset = headers().of(last).resetAt();
        String what = "the count outlives a restart";
        if (left.isEmpty() || then.isEmpty() || reset.isEmpty()) {
            return ProbeFinding.fail(
                    what,
                    "the answers do not say what remains: status " + last.status() + " before the restart and "
                            + first.status() + " after it");
        }
        if (first.doneAt() >= reset.getAsLong()) {
            return ProbeFinding.unknown(
                    what, "the limit's window was over before the pods were back: the counts had to begin anew");
        }
        return left.getAsLong() == 0
                ? ProbeFinding.of(
                        first.status() == 429,
                        what,
                        "the limit was reached before the restart, and the first request after it was answered with "
                                + first.status())
                : ProbeFinding.of(
                        then.getAsLong() < left.getAsLong(),
                        what,
                        left.getAsLong() + " remained before the restart, and " + then.getAsLong()
                                + " after it and one more request");
    }

    private RateLimitCheck headers() {
        return new RateLimitCheck(prefix, null);
    }

    /** Restarts the canary's pods. */
    @FunctionalInterface
    public interface PodRestart {

        /**
         * @return completes when the new pods are ready; exceptionally, with a message for people, when that cannot be done
         *     or takes longer than {@code within}
         */
        CompletableFuture<Void> restart(PersistenceProbe.Restart how, Duration within);
    }
}

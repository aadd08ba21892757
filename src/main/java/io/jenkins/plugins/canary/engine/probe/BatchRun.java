package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One batch under way: as many requests at once as the batch says, and no faster than it says, until all are answered
 * or the time is over. Holds no thread; what is under way when it is stopped is hung up on.
 */
final class BatchRun {

    /** Longer values are cut: patterns of a plan are matched against what a stranger sent. */
    private static final int LONGEST_HEADER = 1_000;

    private final Prober prober;
    private final RequestBatch batch;
    private final Probe probe;
    private final Track track;
    private final long zero;
    private final Deadline deadline;
    private final double nanosApart;
    private final long begunAt = System.nanoTime();
    private final ProbeResponse[] responses;
    private final Set<CompletableFuture<HttpAnswer>> open = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<List<ProbeResponse>> done = new CompletableFuture<>();
    private int next;
    private int finished;
    private boolean stopped;

    /** @param zero when the probe began, by the machine's steady clock */
    BatchRun(Prober prober, RequestBatch batch, Probe probe, Track track, long zero, Deadline deadline) {
        this.prober = prober;
        this.batch = batch;
        this.probe = probe;
        this.track = track;
        this.zero = zero;
        this.deadline = deadline;
        double rps = prober.settings().limits().rps();
        this.nanosApart = 1e9 / (batch.rps() == null ? rps : Math.min(rps, batch.rps()));
        this.responses = new ProbeResponse[batch.requests()];
    }

    /** Completes with one response for every request; never exceptionally. */
    CompletableFuture<List<ProbeResponse>> fire() {
        for (int i = 0; i < Math.min(batch.concurrency(), batch.requests()); i++) {
            prober.executor().execute(this::shoot);
        }
        return done;
    }

    /** Hangs up; requests that were not sent have that as their fault. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        open.forEach(answer -> answer.cancel(true));
    }

    private void shoot() {
        int mine;
        synchronized (this) {
            if (next == responses.length) {
                return;
            }
            mine = next++;
        }
        long due = begunAt + (long) (mine * nanosApart);
        long wait = due - System.nanoTime();
        if (wait > 0 && !isOver()) {
            long delay = Math.min(wait, deadline.left().toNanos());
            prober.executor().schedule(() -> send(mine, due), delay, TimeUnit.NANOSECONDS);
        } else {
            send(mine, due);
        }
    }

    private boolean isOver() {
        synchronized (this) {
            return stopped || System.nanoTime() >= deadline.nanos();
        }
    }

    private void send(int mine, long due) {
        long sent = System.nanoTime();
        long from = batch.rps() == null ? sent : due;
        if (isOver()) {
            String fault = "it was not sent any more: the probe was stopped, or its time was over";
            finish(mine, unanswered(from, ProbeResponse.UNSENT, sent, fault));
            return;
        }
        Duration patience = Prober.shorter(deadline.left(), Prober.LONGEST_ANSWER);
        CompletableFuture<HttpAnswer> answer = prober.send(track, batch.probeRequest(), patience);
        open.add(answer);
        if (isOver()) {
            answer.cancel(true);
        }
        answer.handleAsync(
                        (whole, fault) -> {
                            open.remove(answer);
                            return fault == null
                                    ? answered(from, sent, whole)
                                    : unanswered(from, sent - zero, System.nanoTime(), words(fault));
                        },
                        prober.executor())
                .whenComplete((response, bug) -> finish(
                        mine,
                        bug == null ? response : unanswered(from, sent - zero, System.nanoTime(), bug.toString())));
    }

    private static String words(Throwable fault) {
        Throwable cause = HttpFetcher.cause(fault);
        return cause instanceof CancellationException ? "it was hung up on: the probe was stopped" : cause.getMessage();
    }

    private ProbeResponse unanswered(long from, long sentNanos, long done, String fault) {
        return new ProbeResponse(
                from - zero, sentNanos, done - zero, prober.clock().millis(), 0, Map.of(), fault, null, true);
    }

    private ProbeResponse answered(long from, long sent, HttpAnswer answer) {
        Map<String, String> kept = new HashMap<>();
        answer.headers().map().forEach((name, values) -> {
            if (probe.looksAt(name) && !values.isEmpty()) {
                String value = values.get(0);
                kept.put(name.toLowerCase(Locale.ROOT), value.substring(0, Math.min(LONGEST_HEADER, value.length())));
            }
        });
        return new ProbeResponse(
                from - zero,
                sent - zero,
                System.nanoTime() - zero,
                prober.clock().millis(),
                answer.status(),
                kept,
                null,
                probe.bodyFault(answer),
                answer.quotable());
    }

    private void finish(int mine, ProbeResponse response) {
        boolean last;
        synchronized (this) {
            responses[mine] = response;
            last = ++finished == responses.length;
        }
        if (last) {
            done.complete(new ArrayList<>(List.of(responses)));
        } else {
            // Not called from here: what is over before it is sent would pile up on the stack.
            prober.executor().execute(this::shoot);
        }
    }
}

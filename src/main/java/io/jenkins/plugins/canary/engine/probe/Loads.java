package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The load of a rollout's phases: one phase's at a time. Safe for several threads; never blocks. */
public final class Loads {

    private final Prober prober;
    private final List<LoadRun> running = new ArrayList<>();
    private int phase = -1;

    public Loads(Prober prober) {
        this.prober = prober;
    }

    /**
     * Brings about what a phase wants; the load of another phase ends first.
     *
     * @param of index of the phase; -1 for none
     * @param load null for none
     * @param goesOn whether anybody still wants it
     * @return what the load that ended came to; empty when none did
     */
    public synchronized List<LoadReport> bring(int of, Load load, Duration longest, BooleanSupplier goesOn) {
        if (of == phase) {
            return List.of();
        }
        phase = of;
        List<LoadReport> ended = running.stream().map(LoadRun::stop).toList();
        running.clear();
        if (load != null) {
            for (Track track : Track.VERSIONS) {
                if (load.tracks().contains(track)) {
                    LoadRun run = new LoadRun(prober, load, track, longest, goesOn);
                    running.add(run);
                    run.start();
                }
            }
        }
        return ended;
    }

    /**
     * A steady load on one track: requests are begun at their time whether or not the earlier ones were answered, so that a
     * slow service gets the same load as a quick one. Bounded: by a number of open requests, beyond which requests are left
     * out and counted, and by a time, after which nothing is sent although nobody said so.
     */
    static final class LoadRun {

        private final Prober prober;
        private final Track track;
        private final ProbeRequest probeRequest;
        private final double nanosApart;
        private final long startedAt;
        private final long begun = System.nanoTime();
        private final long lastNanos;
        private final BooleanSupplier goesOn;
        private final Set<CompletableFuture<HttpAnswer>> open = ConcurrentHashMap.newKeySet();
        private final Map<Integer, Integer> statuses = new TreeMap<>();
        private final Latencies latencies = new Latencies();
        private long due;
        private int requests;
        private int unanswered;
        private int missed;
        private boolean stopped;

        LoadRun(Prober prober, Load load, Track track, Duration longest, BooleanSupplier goesOn) {
            this.prober = prober;
            this.track = track;
            this.probeRequest = ProbeRequest.get(load.path());
            this.nanosApart = 1e9 / load.rps();
            this.lastNanos = longest.toNanos();
            this.goesOn = goesOn;
            this.startedAt = prober.clock().millis();
        }

        void start() {
            prober.executor().execute(this::next);
        }

        /** Hangs up on what is open, soon and without making the caller wait. */
        LoadReport stop() {
            synchronized (this) {
                stopped = true;
            }
            prober.executor().execute(() -> open.forEach(answer -> answer.cancel(true)));
            synchronized (this) {
                return new LoadReport(
                        track,
                        probeRequest.path(),
                        requests,
                        new TreeMap<>(statuses),
                        unanswered,
                        missed,
                        latencies.told(),
                        startedAt,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
            }
        }

        /** Sends what is due by now, and comes back when the next one is. */
        private void next() {
            long elapsed = System.nanoTime() - begun;
            long dueNanos;
            while (true) {
                // Asked without our lock: who answers may hold one of theirs while it stops us.
                boolean wanted = goesOn.getAsBoolean();
                synchronized (this) {
                    if (stopped || elapsed >= lastNanos || !wanted) {
                        return;
                    }
                    dueNanos = (long) (due * nanosApart);
                    if (dueNanos > elapsed) {
                        break;
                    }
                    due++;
                    if (open.size() >= ProbeLimits.MOST_AT_ONCE) {
                        missed++;
                        continue;
                    }
                    requests++;
                }
                send(begun + dueNanos);
            }
            long wait = dueNanos - (System.nanoTime() - begun);
            prober.executor().schedule(this::next, wait, TimeUnit.NANOSECONDS);
        }

        private void send(long dueAt) {
            CompletableFuture<HttpAnswer> answer = prober.send(track, probeRequest, Prober.LONGEST_ANSWER);
            open.add(answer);
            answer.whenCompleteAsync(
                    (a, fault) -> {
                        open.remove(answer);
                        count(a, System.nanoTime() - dueAt);
                    },
                    prober.executor());
        }

        private synchronized void count(HttpAnswer answer, long nanos) {
            if (stopped) {
                return;
            }
            latencies.add(nanos);
            if (answer == null) {
                unanswered++;
            } else {
                statuses.merge(answer.status(), 1, Integer::sum);
            }
        }
    }

    /**
     * A steady load for the length of a phase, so that a quiet service yields enough to judge.
     *
     * @param rps requests begun a second, on each track
     */
    public record Load(double rps, String path, Set<Track> tracks) {
        public Load {
            tracks = Set.copyOf(tracks);
        }
    }

    /**
     * What a steady load came to.
     *
     * @param missed how many were not sent, because too many others were still unanswered
     * @param latency p50, p95, p99 and max in seconds, from when each request was due
     * @param startedAt milliseconds since the epoch
     */
    public record LoadReport(
            Track track,
            String path,
            int requests,
            Map<Integer, Integer> statuses,
            int unanswered,
            int missed,
            Map<String, Double> latency,
            long startedAt,
            long tookMillis) {

        public LoadReport {
            Objects.requireNonNull(track, "track");
            statuses = statuses == null ? Map.of() : statuses;
            latency = latency == null ? Map.of() : latency;
        }
    }
}

package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
     * @param longest for how long at most
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
            for (Track track : Track.values()) {
                if (load.tracks().contains(track)) {
                    LoadRun run = new LoadRun(prober, load, track, longest, goesOn);
                    running.add(run);
                    run.start();
                }
            }
        }
        return ended;
    }
}

package io.jenkins.plugins.canary.standalone.bench.decisions;

/** What makes a service unkind to whoever judges its releases, and what a bad release of it does. */
final class Service {

    /** Of both tracks. */
    double errors = 0.002;
    /** Both tracks are so many times as slow as usual. */
    double slower = 1;
    /** Of durations, on the log scale. */
    double spread = 0.7;
    /** The canary's pods are so many times as slow at first ... */
    double cold = 1;
    /** ... of which a third is left after so many seconds ... */
    double coldSeconds = 1;
    /** ... or all until then, and nothing afterwards; 0 for a cold start that decays. */
    double coldUntil;
    /** How likely a failed request is sent again, and fails again ... */
    double again;
    /** ... so often at most. */
    int againMost;
    /** So many requests fail at a time ... */
    int cluster;
    /** ... once in so many minutes, on a track in proportion to its traffic. */
    double clusterMinutes;
    /** By how much pods differ for good, on the log scale: one pod of the canary beside twenty of stable. */
    double pods;
    /** Whether the series have the label that tells pods apart. */
    boolean toldApart = true;
    /** How far the canary's latency wanders slowly, on the log scale. */
    double wander;
    /** How far the canary's share of requests to a slow endpoint wanders slowly. */
    double mix;
    /** How far the latency of either track jumps from tick to tick, on the log scale. */
    double noise;
    /** The share of a track's ticks that are three times as slow. */
    double pause;
    /** The canary is so many times as slow for good, and nobody minds. */
    double offset = 1;
    /** Of a bad release. */
    Effect effect = Effect.NONE;
    /** Whether the effect is there from the start; otherwise it comes in minute 4 to 6. */
    boolean fromStart;
    /** How often the canary gets new pods. */
    int phases = 1;
    /** Of all phases together. */
    int minutes = 30;
}

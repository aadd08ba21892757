package io.jenkins.plugins.canary.engine.metric.scrape;

/**
 * How much of one endpoint is kept, so that an endpoint that makes up new series in every scrape cannot fill the memory.
 *
 * @param series at one time
 * @param samples of all series together; one takes 16 bytes
 * @param characters of the names and labels of all series together
 */
record HistoryLimits(int series, int samples, int characters) {

    /** For one endpoint however few there are. */
    static final HistoryLimits ENDPOINT = new HistoryLimits(20_000, 2_000_000, 8 << 20);
    /** For all endpoints of a plan together. */
    private static final HistoryLimits PLAN = new HistoryLimits(100_000, 4_000_000, 16 << 20);

    /** For each of this many endpoints. */
    static HistoryLimits of(int endpoints) {
        return new HistoryLimits(
                Math.min(ENDPOINT.series, PLAN.series / endpoints),
                Math.min(ENDPOINT.samples, PLAN.samples / endpoints),
                Math.min(ENDPOINT.characters, PLAN.characters / endpoints));
    }
}

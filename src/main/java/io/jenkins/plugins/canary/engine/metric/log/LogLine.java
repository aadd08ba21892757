package io.jenkins.plugins.canary.engine.metric.log;

/**
 * One line of a log.
 *
 * @param nanos when it was logged, nanoseconds since the epoch
 * @param id the same when the same line is read again, and no other line's
 * @param text as it was logged; hostile until masked
 */
record LogLine(long nanos, String id, String text) {}

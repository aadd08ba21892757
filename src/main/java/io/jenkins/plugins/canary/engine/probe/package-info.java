/**
 * Active probes and loads: requests and verdicts are pure functions, {@code Prober} and {@code Loads} send. May use
 * {@code engine}, {@code http}, {@code metric}, {@code gate} and {@code traffic}.
 */
package io.jenkins.plugins.canary.engine.probe;

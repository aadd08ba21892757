/**
 * Metrics, queries and readings: what a source is asked and what it answers. May use {@code engine} and
 * {@code engine.http}; the packages below hold the sources.
 */
package io.jenkins.plugins.canary.engine.metric;

package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;

/**
 * A Prometheus server that is configured where the engine runs.
 *
 * @param addresses what it may be connected to at: whoever configured it may have fewer rights than an administrator
 */
public record ConfiguredServer(SourceSettings.Prometheus settings, AddressPolicy addresses) {}

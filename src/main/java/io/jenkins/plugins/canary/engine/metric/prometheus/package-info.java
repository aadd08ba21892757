/** The source that asks a Prometheus server. */
package io.jenkins.plugins.canary.engine.metric.prometheus;

/** Ready-made metrics: what each is computed from, by exporter. */
package io.jenkins.plugins.canary.engine.metric.set;

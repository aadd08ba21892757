/** Computes burn rates of service level objectives out of what other sources read. */
package io.jenkins.plugins.canary.engine.metric.slo;

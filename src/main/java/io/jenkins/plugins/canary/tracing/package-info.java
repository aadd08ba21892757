/** Rollouts as OpenTelemetry spans, where the OpenTelemetry API plugin is installed; nothing else uses that plugin. */
package io.jenkins.plugins.canary.tracing;

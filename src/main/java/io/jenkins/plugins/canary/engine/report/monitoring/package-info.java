/** Open rollouts as metrics; dashboards, rules and alerts from a plan's own queries. */
package io.jenkins.plugins.canary.engine.report.monitoring;

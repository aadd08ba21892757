/** The metrics of one plan, with placeholders filled in and labels read. */
package io.jenkins.plugins.canary.engine.metric.query;

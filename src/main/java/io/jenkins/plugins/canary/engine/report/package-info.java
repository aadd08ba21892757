/** The evidence of a rollout that ended or runs: HTML, JSON and JUnit XML. */
package io.jenkins.plugins.canary.engine.report;

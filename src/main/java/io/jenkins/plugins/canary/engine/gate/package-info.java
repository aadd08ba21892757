/**
 * Criteria, checks, the clocks of a gate, the rows of abort rules, the dynamic weight: pure folds. May use
 * {@code engine}, {@code judge}, {@code metric}, and what {@code traffic} observes.
 */
package io.jenkins.plugins.canary.engine.gate;

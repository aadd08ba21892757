/** Weights by numbers of pods. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.deployment;

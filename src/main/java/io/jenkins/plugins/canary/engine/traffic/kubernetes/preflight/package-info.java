/** The checks for cluster hazards before the first shift, one class each. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

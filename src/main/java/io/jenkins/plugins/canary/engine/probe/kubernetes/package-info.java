/** Restarts pods for the persistence probe. */
package io.jenkins.plugins.canary.engine.probe.kubernetes;

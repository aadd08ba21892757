/** Drivers of clusters: what they share, and those that split requests between two Deployments. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes;

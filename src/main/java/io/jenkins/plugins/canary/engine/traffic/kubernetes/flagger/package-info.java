/** Flagger, through its webhooks. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

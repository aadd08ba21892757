/** Flagger's webhooks. */
package io.jenkins.plugins.canary.webhook;

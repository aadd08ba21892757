/** A Kayenta canary configuration as metrics, score and gate of a plan. */
package io.jenkins.plugins.canary.engine.plan.kayenta;

/**
 * Makes the plan that runs out of the plan that was written: what it extends, its parameters, and the policies over it. May
 * use {@code plan.read}.
 */
package io.jenkins.plugins.canary.engine.plan.resolve;

/** Makes a plan from what is there: a Rollout of Argo Rollouts, a Canary of Flagger, a Deployment, a HAProxy configuration. */
package io.jenkins.plugins.canary.engine.plan.init;

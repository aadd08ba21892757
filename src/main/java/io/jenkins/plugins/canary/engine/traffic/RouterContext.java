package io.jenkins.plugins.canary.engine.traffic;

import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan.Target;

/**
 * What a router may need to know of the rollout that it serves.
 *
 * @param rollout the rollout's id, for locks and annotations
 * @param owner the build or the command that owns the rollout, for people
 */
public record RouterContext(String rollout, Target target, String version, String owner, Secrets secrets) {}

package io.jenkins.plugins.canary.engine.plan.resolve;

/**
 * A text beside the plan: one that it extends, or a policy.
 *
 * @param name as problems call it, and what tells one from another: {@code deploy/base.yaml}, {@code policy of folder shop}
 */
public record PlanFile(String name, String text) {}

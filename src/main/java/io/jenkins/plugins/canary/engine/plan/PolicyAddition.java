package io.jenkins.plugins.canary.engine.plan;

/**
 * What a policy added to a plan that did not have it.
 *
 * @param policy whose it is: {@code policy of folder shop}
 * @param added in words: {@code abort rule: not (error-rate <= 5%)}
 */
public record PolicyAddition(String policy, String added) {

    /** {@code added by the policy of folder shop: abort rule: ...}. */
    public String words() {
        return "added by the " + policy + ": " + added;
    }
}

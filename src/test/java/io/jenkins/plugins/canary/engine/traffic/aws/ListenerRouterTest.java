package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.traffic.aws.AwsLoadBalancerDriver.AwsSettings;

/** The contract with the default action of a Network Load Balancer's listener. */
class ListenerRouterTest extends TargetGroupRouterTest {

    @Override
    protected AwsSettings carrier(String ruleArn, String listenerArn) {
        return settings(null, listenerArn);
    }

    @Override
    protected String balancer() {
        return "network";
    }
}

/** Target groups of AWS load balancers. Classes with the SDK of AWS load only when a rollout is opened: it may not be installed. */
package io.jenkins.plugins.canary.engine.traffic.aws;

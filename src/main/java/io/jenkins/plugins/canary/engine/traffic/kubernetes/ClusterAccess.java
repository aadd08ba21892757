package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** Opens the cluster that a plan means: from kubeconfig files on the command line, from Jenkins' configuration there. */
public interface ClusterAccess {

    /**
     * May block; changes nothing. The caller closes what it gets; whether that ends connections is up to whoever
     * opened them.
     *
     * @param ref what the plan says; {@link ClusterRef#DEFAULT} when it says nothing
     * @throws RouterException when there is no such cluster, or nobody may use it from here
     */
    Cluster open(ClusterRef ref) throws RouterException;
}

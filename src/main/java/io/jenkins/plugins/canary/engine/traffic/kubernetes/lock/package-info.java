/** Who holds a target in a cluster: Lease, record and what the pods were made of when it was taken. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

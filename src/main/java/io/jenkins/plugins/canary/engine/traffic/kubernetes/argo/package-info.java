/** Argo Rollouts. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

/** Helm releases whose chart has a weight. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

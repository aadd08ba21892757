/** VirtualServices of Istio. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.istio;

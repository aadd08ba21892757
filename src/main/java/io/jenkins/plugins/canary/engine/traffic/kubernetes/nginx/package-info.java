/** Canary Ingresses of ingress-nginx. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.nginx;

/** HTTPRoutes of the Gateway API. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.gatewayapi;

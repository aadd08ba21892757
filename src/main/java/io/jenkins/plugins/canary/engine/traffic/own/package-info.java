/** Routers of a team's own: an HTTP server with three calls, or a Jenkins job; and the one answer that both give. */
package io.jenkins.plugins.canary.engine.traffic.own;

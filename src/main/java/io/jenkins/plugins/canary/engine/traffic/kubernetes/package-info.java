/** What the drivers of clusters share: the router, promotion, workloads. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes;

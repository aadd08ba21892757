/** HAProxy, through its runtime API. */
package io.jenkins.plugins.canary.engine.traffic.haproxy;

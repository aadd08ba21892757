/** Power analysis: the smallest harm that each phase can detect at a service's rate of requests. */
package io.jenkins.plugins.canary.engine.plan.power;

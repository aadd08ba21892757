/** What releasing costs, and what past rollouts add up to. */
package io.jenkins.plugins.canary.engine.report.cost;

/** What stands in a plan's queries: placeholders, label matchers, PromQL as tokens. */
package io.jenkins.plugins.canary.engine.plan.query;

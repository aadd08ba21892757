/** The expressions that built-in metrics are computed from, for PromQL and for scraped samples alike. */
package io.jenkins.plugins.canary.engine.metric.expr;

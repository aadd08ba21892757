/** A plan's gates over recorded metrics and journals. */
package io.jenkins.plugins.canary.engine.report.backtest;

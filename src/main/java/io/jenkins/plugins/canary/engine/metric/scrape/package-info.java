/** The source that scrapes the pods itself and keeps a bounded history. */
package io.jenkins.plugins.canary.engine.metric.scrape;

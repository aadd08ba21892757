/** Reads log lines from Loki, Elasticsearch and OpenSearch, and counts errors and those of a new kind. */
package io.jenkins.plugins.canary.engine.metric.log;

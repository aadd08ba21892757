/** The source that reads a number out of a JSON document. */
package io.jenkins.plugins.canary.engine.metric.json;

/** Opens the sources that a plan names. */
package io.jenkins.plugins.canary.engine.metric.source;

/** The plugin's own figures for the Metrics plugin, where it is installed; nothing else uses that plugin. */
package io.jenkins.plugins.canary.metrics;

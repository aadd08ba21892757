/** Rollouts as checks on the commit of their build, where the Checks API plugin is installed; nothing else uses that plugin. */
package io.jenkins.plugins.canary.checks;

/** Open rollouts of the controller, what releases cost, the plugin's own metrics. */
package io.jenkins.plugins.canary.dashboard;

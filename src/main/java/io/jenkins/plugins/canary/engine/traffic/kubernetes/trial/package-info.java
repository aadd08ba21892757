/** The image of the version under trial in a pod template. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

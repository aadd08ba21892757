/** The rollouts of a build: begun, resumed and ended by {@code RolloutManager}; the record in build.xml, the gate page and its API. */
package io.jenkins.plugins.canary.rollouts;

/** The rollout: events, state, policies, journal, and the engine that acts on them. May use every room above it on the map. */
package io.jenkins.plugins.canary.engine.rollout;

/**
 * What every room of the engine speaks of: tracks, weights, units, the target, secrets, and the services of the
 * process (time, threads, randomness). Uses nothing of ours.
 */
package io.jenkins.plugins.canary.engine;

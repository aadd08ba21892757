/** Reads a plan: every problem with its line, column, path and remedy. */
package io.jenkins.plugins.canary.engine.plan.read;

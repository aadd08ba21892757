/** What people see of a rollout: a second fold of its events, of constant size however long the rollout. */
package io.jenkins.plugins.canary.engine.view;

package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;

/** Shows a rollout's progress in the terminal. Safe for any thread. */
interface Screen extends AutoCloseable {

    /** Shows where the rollout stands, and its events since the last call. */
    void show(RolloutStatusResponse answer);

    /** A line that has nothing to do with the rollout's state. */
    void say(String line);

    @Override
    void close();
}

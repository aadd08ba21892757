package io.jenkins.plugins.canary.standalone.cli;

/** A command that runs a rollout and so always has an outcome to tell. */
interface RolloutCommand {

    /** Whether the last line is a {@link Result}, also when nothing could be started. */
    boolean json();
}

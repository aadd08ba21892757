package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.view.RolloutView;
import java.io.PrintWriter;

/** Shows a rollout's progress in the terminal. Safe for any thread. */
interface Screen extends AutoCloseable {

    /** Plain lines when the output is no terminal, or when the last line is for a program. */
    static Screen open(PrintWriter out, boolean json) {
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        return terminal && !json ? new LiveScreen(out) : new PlainScreen(out);
    }

    /**
     * Shows where the rollout stands, and its events since the last call.
     *
     * @param now the rollout's own time, milliseconds since the epoch
     * @param journalError why events cannot be written; null when they can
     */
    void show(RolloutView view, long now, String journalError);

    /** A line that has nothing to do with the rollout's state. */
    void say(String line);

    @Override
    void close();
}

package io.jenkins.plugins.canary.standalone.cli;

import java.io.PrintWriter;

/** Which screen fits where the output goes. */
final class Screens {

    private Screens() {}

    /** Plain lines when the output is no terminal, or when the last line is for a program. */
    static Screen open(PrintWriter out, boolean json) {
        boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
        return terminal && !json ? new LiveScreen(out) : new PlainScreen(out);
    }
}

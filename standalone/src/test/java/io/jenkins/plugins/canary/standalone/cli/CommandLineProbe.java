package io.jenkins.plugins.canary.standalone.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** The command line, for tests outside its package. */
public final class CommandLineProbe {

    private CommandLineProbe() {}

    public record Ended(int exit, String out, String err) {}

    public static Ended run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
        return new Ended(exit, out.toString(), err.toString());
    }
}

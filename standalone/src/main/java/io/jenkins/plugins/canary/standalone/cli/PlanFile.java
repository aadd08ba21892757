package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.io.PrintWriter;
import java.nio.file.Path;

/** Plans as files. */
final class PlanFile {

    private PlanFile() {}

    static String text(Path file) throws Failure {
        return TextFile.read(file, 1, "a release plan");
    }

    /** Reads a plan that is to be run; prints what is wrong or doubtful. */
    static CanaryPlan read(String name, String text, PrintWriter err) throws Failure {
        PlanReader.Result result = PlanReader.check(text);
        result.problems().forEach(p -> err.println(name + ":" + p));
        err.flush();
        if (result.plan() == null) {
            throw new Failure(Exit.USAGE, name + " has errors; nothing was started");
        }
        return result.plan();
    }
}

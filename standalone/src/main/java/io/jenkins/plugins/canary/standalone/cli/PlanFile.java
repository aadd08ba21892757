package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.PlanReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Plans as files. */
final class PlanFile {

    private static final long LARGEST = 1 << 20;

    private PlanFile() {}

    static String text(Path file) throws Failure {
        try {
            if (Files.isDirectory(file)) {
                throw new Failure(Exit.USAGE, file + " is a folder: name the plan's file");
            }
            if (Files.size(file) > LARGEST) {
                throw new Failure(Exit.USAGE, file + " is larger than 1 MiB: that is no release plan");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new Failure(Exit.USAGE, "there is no file " + file);
        } catch (MalformedInputException e) {
            throw new Failure(Exit.USAGE, file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new Failure(Exit.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }

    /** Reads a plan that is to be run; prints what is wrong or doubtful. */
    static CanaryPlan read(String name, String text, PrintWriter err) throws Failure {
        PlanReader.Result result = PlanReader.check(text);
        result.problems().forEach(p -> err.println(name + ":" + p));
        err.flush();
        if (result.plan() == null) {
            throw new Failure(Exit.USAGE, name + " has errors: nothing was started");
        }
        return result.plan();
    }
}

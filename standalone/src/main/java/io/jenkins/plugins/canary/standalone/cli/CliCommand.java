package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.resolve.BasePlans;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanResolver;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import io.jenkins.plugins.canary.engine.rollout.RolloutEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common: where they print, and how they read plans and write files. */
// Not the standard help options: --version is the release's in most commands.
abstract class CliCommand implements Callable<Integer> {

    static final String USER = System.getProperty("user.name");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Spec
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    static String json(Object value) throws JsonProcessingException {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * Reads a file that is named on the command line.
     *
     * @param largest in MiB
     * @param what the file should be, for the errors: {@code a release plan}
     */
    static String read(Path file, int largest, String what) throws Failure {
        try {
            if (Files.isDirectory(file)) {
                throw Failure.usage(file + " is a folder: name the file");
            }
            if (Files.size(file) > (long) largest << 20) {
                throw Failure.usage(file + " is larger than " + largest + " MiB: that is not " + what);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw Failure.usage("there is no file " + file);
        } catch (MalformedInputException e) {
            throw Failure.usage(file + " is not UTF-8 text");
        } catch (IOException e) {
            throw Failure.usage(file + " cannot be read: " + e.getMessage());
        }
    }

    static String planText(Path file) throws Failure {
        return read(file, 1, "a release plan");
    }

    /** Reads a plan that is to be run; prints what is wrong or doubtful. */
    final CanaryPlan plan(Path file) throws Failure {
        return plan(file, List.of());
    }

    /** @param policies that the plan is held against */
    final CanaryPlan plan(Path file, List<PlanFile> policies) throws Failure {
        return plan(file.toString(), new PlanResolver(new FilePlans(file), policies).check(planText(file)));
    }

    /** @param text of a plan that is in no file */
    final CanaryPlan plan(String name, String text) throws Failure {
        return plan(name, new PlanResolver(BasePlans.NONE, List.of()).check(text));
    }

    private CanaryPlan plan(String name, PlanReader.Result result) throws Failure {
        result.problems().forEach(p -> err().println(p.in(name)));
        err().flush();
        if (result.plan() == null) {
            throw Failure.usage(name + " has errors; nothing was started");
        }
        result.plan().policies().forEach(added -> err().println(name + ": " + added.words()));
        err().flush();
        return result.plan();
    }

    /** What this user releases, with the secrets and the kubeconfig files of this machine. */
    static RolloutEngine.Release release(
            CanaryPlan plan, String rollout, String version, AdvanceMode mode, String owner) {
        return new RolloutEngine.Release(
                plan, rollout, version, mode, owner, USER, RolloutEngine.Place.local(new LocalSecrets()));
    }

    /** Writes a file into a folder that is made if need be, and prints where it is. */
    final void write(Path folder, String name, String text) throws Failure {
        Path file = folder.resolve(name);
        save(file, text);
        out().println(file);
    }

    /** Writes a file, and makes its folder if need be. */
    static void save(Path file, String text) throws Failure {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw Failure.infrastructure(file + " cannot be written: " + e.getMessage());
        }
    }
}

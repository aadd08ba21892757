package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Job;
import hudson.model.Run;
import hudson.scm.SCM;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanResolver;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import jenkins.scm.api.SCMFile;
import jenkins.scm.api.SCMFileSystem;
import jenkins.triggers.SCMTriggerItem;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Where a step's plan is: in the workspace when the step runs in one, in the job's SCM when not, or in the step itself. A
 * plan that somebody could have changed who may not write to the repository is refused; what stands in the step itself comes
 * from a pipeline, which Jenkins takes from the trusted revision.
 *
 * @param file path relative to the workspace or the repository; null when {@code yaml} is given
 * @param yaml the plan itself; null when {@code file} is given
 */
record PlanPlace(String file, String yaml) implements Serializable {

    /** Bytes of a plan; a plan of this size holds thousands of phases. */
    static final int LARGEST = 1 << 20;

    private static final String WHAT_TO_WRITE =
            "write canaryStart plan: 'deploy/canary.yaml', or the plan itself as yaml: '''...'''";

    /**
     * The plan that runs: with what it extends, its parameters, and the policies over the job. Blocks on the agent or the SCM.
     *
     * @throws AbortException when there is no such plan or it is too large; says what to do
     */
    PlanReader.Result resolved(StepContext context) throws IOException, InterruptedException {
        Run<?, ?> build = context.get(Run.class);
        List<PlanFile> policies = new Configured(build.getParent().getFullName()).policies();
        String text = read(context);
        return new PlanResolver(new JenkinsPlans(context, build, file == null ? null : checked()), policies)
                .check(text);
    }

    /**
     * The same for a plan that is to be used.
     *
     * @throws AbortException when there is no such plan, or it has errors; says what to do
     */
    CanaryPlan plan(StepContext context) throws IOException, InterruptedException {
        PlanReader.Result result = resolved(context);
        if (result.plan() == null) {
            throw new AbortException(new PlanException(result.problems()).getMessage());
        }
        return result.plan();
    }

    /**
     * The text as it is written. Blocks on the agent or the SCM.
     *
     * @throws AbortException when there is no such plan or it is too large; says what to do
     */
    String read(StepContext context) throws IOException, InterruptedException {
        if ((file == null) == (yaml == null)) {
            throw new AbortException(
                    (file == null ? "no plan is given: " : "both plan and yaml are given: ") + WHAT_TO_WRITE);
        }
        if (yaml != null) {
            return text(yaml.getBytes(StandardCharsets.UTF_8), "the plan given as yaml");
        }
        String path = checked();
        FilePath workspace = context.get(FilePath.class);
        if (workspace == null) {
            return fromScm(context.get(Run.class), path, this::bounded);
        }
        String found = fromWorkspace(workspace, path);
        BuiltRevision revision = BuiltRevision.of(context.get(Run.class));
        return revision == null || revision.isTrusted() ? found : revision.trusted(path, found, this::bounded);
    }

    /** @throws AbortException when the path leads out of the workspace */
    String checked() throws AbortException {
        String path = file.replace('\\', '/');
        boolean escapes = path.startsWith("/")
                || path.matches("[A-Za-z]:.*")
                || Arrays.asList(path.split("/")).contains("..");
        if (escapes) {
            throw new AbortException("the plan " + file + " is outside of the workspace: name it relative to the"
                    + " workspace or the repository, without '..'");
        }
        return path;
    }

    private String fromWorkspace(FilePath workspace, String path) throws IOException, InterruptedException {
        FilePath plan = workspace.child(path);
        if (!plan.exists()) {
            throw new AbortException("there is no plan " + path + " in the workspace " + workspace.getRemote()
                    + ": check the path, and that the repository was checked out there; " + WHAT_TO_WRITE);
        }
        if (plan.isDirectory()) {
            throw new AbortException("the plan " + path + " is a directory: name the file in it");
        }
        if (!workspace.isDescendant(path)) {
            throw new AbortException("the plan " + path + " is a link that leads out of the workspace");
        }
        try (InputStream in = plan.read()) {
            return bounded(in);
        } catch (AbortException e) {
            throw e;
        } catch (IOException e) {
            throw new AbortException("the plan " + path + " in the workspace cannot be read: " + e.getMessage());
        }
    }

    private String bounded(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(in.readNBytes(LARGEST + 1));
        return text(bytes.toByteArray(), "the plan " + file);
    }

    private static String text(byte[] bytes, String what) throws AbortException {
        if (bytes.length > LARGEST) {
            throw new AbortException(
                    what + " is larger than 1 MiB: a plan is a few kilobytes; is this the right file?");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new AbortException(what + " is not UTF-8 text");
        }
    }

    /** What makes text of a file, and refuses what is too large. */
    interface Reading {
        String of(InputStream in) throws IOException;
    }

    /** From the job's SCM without a checkout: from the very revision that is built where that is known. */
    private static String fromScm(Run<?, ?> build, String path, Reading reading)
            throws IOException, InterruptedException {
        BuiltRevision revision = BuiltRevision.of(build);
        if (revision != null && !revision.isTrusted()) {
            return revision.trusted(path, at(build, revision.openBuilt(), path, reading), reading);
        }
        return at(build, revision == null ? open(build) : revision.openBuilt(), path, reading);
    }

    private static String at(Run<?, ?> build, SCMFileSystem opened, String path, Reading reading)
            throws IOException, InterruptedException {
        try (SCMFileSystem files = opened) {
            if (files == null) {
                throw new AbortException("the plan " + path + " cannot be read: the step runs without a workspace, and "
                        + build.getParent().getFullDisplayName() + " has no SCM that files can be read from without a"
                        + " checkout; run the step on an agent after checkout, or give the plan as yaml: '''...'''");
            }
            SCMFile file = files.child(path);
            if (!file.isFile()) {
                throw new AbortException("there is no plan " + path + " in the SCM of "
                        + build.getParent().getFullDisplayName()
                        + (files.getRevision() == null ? "" : " at " + files.getRevision()) + ": check the path");
            }
            try (InputStream in = file.content()) {
                return reading.of(in);
            }
        } catch (FileNotFoundException e) {
            throw new AbortException("there is no plan " + path + " in the SCM of "
                    + build.getParent().getFullDisplayName() + ": check the path");
        }
    }

    /** Of a job that builds no branches; null when no SCM of the job can do that. */
    private static SCMFileSystem open(Run<?, ?> build) throws IOException, InterruptedException {
        Job<?, ?> job = build.getParent();
        SCMTriggerItem item = SCMTriggerItem.SCMTriggerItems.asSCMTriggerItem(job);
        if (item == null) {
            return null;
        }
        for (SCM scm : item.getSCMs()) {
            SCMFileSystem files = SCMFileSystem.of(job, scm, null, build);
            if (files != null) {
                return files;
            }
        }
        return null;
    }
}

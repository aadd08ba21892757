package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.model.Job;
import hudson.model.Run;
import hudson.scm.SCM;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import jenkins.scm.api.SCMFile;
import jenkins.scm.api.SCMFileSystem;
import jenkins.triggers.SCMTriggerItem;

/** Reads a plan from the job's SCM without a checkout: from the very revision that is built where that is known. */
final class ScmPlan {

    private ScmPlan() {}

    /** What makes text of a file, and refuses what is too large. */
    interface Reading {
        String of(InputStream in) throws IOException;
    }

    static String read(Run<?, ?> build, String path, Reading reading) throws IOException, InterruptedException {
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

package io.jenkins.plugins.canary.steps;

import hudson.AbortException;
import hudson.model.Job;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import jenkins.scm.api.SCMFile;
import jenkins.scm.api.SCMFileSystem;
import jenkins.scm.api.SCMHead;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.SCMRevisionAction;
import jenkins.scm.api.SCMSource;

/**
 * The revision that a build of a branch or a pull request is of, and the one whose files the branch source trusts. They
 * differ when the author of a pull request may not write to the repository: such a build takes no plan that its author
 * could have changed, as {@code readTrusted} takes no other file. Blocks on the SCM.
 *
 * @param source of the branch
 * @param built what the build is of
 * @param trusted whose files may decide what the build does with credentials and clusters
 */
record BuiltRevision(SCMSource source, SCMHead head, SCMRevision built, SCMRevision trusted) {

    /**
     * Null for a job that builds no branches: whoever may change its repository is trusted as the job itself is.
     *
     * @throws AbortException when nobody knows what the build is of
     */
    static BuiltRevision of(Run<?, ?> build) throws IOException, InterruptedException {
        Job<?, ?> job = build.getParent();
        SCMSource source = SCMSource.SourceByItem.findSource(job);
        SCMHead head = SCMHead.HeadByItem.findHead(job);
        if (source == null || head == null) {
            return null;
        }
        SCMRevision built = SCMRevisionAction.getRevision(source, build);
        if (built == null) {
            built = source.fetch(head, TaskListener.NULL);
            if (built == null) {
                throw new AbortException(
                        "it is not known which revision of " + head.getName() + " this build is of, and so"
                                + " not whether its plan can be trusted: scan the repository, and build again");
            }
            build.addAction(new SCMRevisionAction(source, built));
        }
        return new BuiltRevision(source, head, built, source.getTrustedRevision(built, TaskListener.NULL));
    }

    boolean isTrusted() {
        return built.equals(trusted);
    }

    /** Null when the SCM's files cannot be read without a checkout. */
    SCMFileSystem openBuilt() throws IOException, InterruptedException {
        return SCMFileSystem.of(source, head, built);
    }

    /**
     * The trusted revision's plan, which must be the one that the build would have used.
     *
     * @param path relative to the repository
     * @param used the plan that the build found
     * @throws AbortException when the two differ, or cannot be compared; says what to do
     */
    String trusted(String path, String used, PlanPlace.Reading reading) throws IOException, InterruptedException {
        try (SCMFileSystem files = SCMFileSystem.of(source, head, trusted)) {
            if (files == null) {
                throw refused(
                        path,
                        "cannot be compared with the trusted revision " + trusted + ", since this SCM's files"
                                + " cannot be read without a checkout");
            }
            SCMFile file = files.child(path);
            if (!file.isFile()) {
                throw refused(path, "is not in the trusted revision " + trusted);
            }
            String plan;
            try (InputStream in = file.content()) {
                plan = reading.of(in);
            }
            // An agent's checkout may have changed the line ends.
            if (!plan.replace("\r\n", "\n").equals(used.replace("\r\n", "\n"))) {
                throw refused(path, "is not the same as in the trusted revision " + trusted);
            }
            return plan;
        } catch (FileNotFoundException e) {
            throw refused(path, "is not in the trusted revision " + trusted);
        }
    }

    private AbortException refused(String path, String why) {
        return new AbortException(
                "the plan " + path + " is not used: this build is of " + built + " of " + head.getName()
                        + ", whose author may not write to the repository, and the plan " + why
                        + "; have the change of the plan"
                        + " merged by somebody who may, or give the path relative to the repository");
    }
}

package io.jenkins.plugins.canary.steps;

import hudson.Extension;
import hudson.Util;
import hudson.model.Item;
import hudson.scm.SCM;
import hudson.scm.SCMDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jenkins.scm.api.SCMFile;
import jenkins.scm.api.SCMFileSystem;
import jenkins.scm.api.SCMRevision;
import jenkins.scm.api.SCMSource;
import jenkins.scm.api.SCMSourceDescriptor;
import jenkins.scm.impl.mock.MockSCM;
import jenkins.scm.impl.mock.MockSCMController;
import jenkins.scm.impl.mock.MockSCMSource;

/** Reads files of the mock SCM without a workspace, as real SCMs offer it. */
final class MockFiles extends SCMFileSystem {

    private final Path checkout;

    private MockFiles(Path checkout, SCMRevision revision) {
        super(revision);
        this.checkout = checkout;
    }

    @Override
    public long lastModified() {
        return 0;
    }

    @Override
    public SCMFile getRoot() {
        return new Root(checkout);
    }

    @Override
    public void close() throws IOException {
        Util.deleteRecursive(checkout.toFile());
    }

    private static final class Root extends SCMFile {
        private final Path path;

        Root(Path path) {
            this.path = path;
        }

        private Root(Root parent, String name) {
            super(parent, name);
            this.path = parent.path.resolve(name);
        }

        @Override
        protected SCMFile newChild(String name, boolean assumeIsDirectory) {
            return new Root(this, name);
        }

        @Override
        public Iterable<SCMFile> children() {
            return List.of();
        }

        @Override
        public long lastModified() {
            return 0;
        }

        @Override
        protected Type type() {
            return Files.isDirectory(path) ? Type.DIRECTORY : Files.exists(path) ? Type.REGULAR_FILE : Type.NONEXISTENT;
        }

        @Override
        public InputStream content() throws IOException {
            return Files.newInputStream(path);
        }
    }

    @Extension
    public static final class BuilderImpl extends Builder {

        @Override
        public boolean supports(SCM source) {
            return source instanceof MockSCM;
        }

        @Override
        public boolean supports(SCMSource source) {
            return source instanceof MockSCMSource;
        }

        @Override
        protected boolean supportsDescriptor(SCMDescriptor descriptor) {
            return descriptor.clazz == MockSCM.class;
        }

        @Override
        protected boolean supportsDescriptor(SCMSourceDescriptor descriptor) {
            return descriptor.clazz == MockSCMSource.class;
        }

        @Override
        public SCMFileSystem build(Item owner, SCM scm, SCMRevision rev) throws IOException, InterruptedException {
            MockSCM mock = (MockSCM) scm;
            Path checkout = Files.createTempDirectory("mock-files");
            MockSCMController.lookup(mock.getControllerId())
                    .checkout(
                            checkout.toFile(),
                            mock.getRepository(),
                            mock.getRevision() == null ? mock.getHead() : mock.getRevision());
            return new MockFiles(checkout, rev);
        }
    }
}

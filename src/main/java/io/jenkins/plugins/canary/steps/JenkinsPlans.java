package io.jenkins.plugins.canary.steps;

import hudson.model.Run;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.engine.plan.resolve.BasePlans;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/**
 * Plans that a step's plan extends: beside it, in a shared library that the pipeline has loaded, or configured in Jenkins. One
 * beside it is read as the plan itself is, and so from the trusted revision.
 *
 * @param plan path of the step's plan in its repository; null for one that the step gives itself
 */
record JenkinsPlans(StepContext context, Run<?, ?> build, String plan) implements BasePlans {

    private static final String CONFIGURED = "jenkins:";
    private static final String LIBRARY = "library:";

    @Override
    public PlanFile find(String name, String by) throws IOException {
        if (name.startsWith(CONFIGURED)) {
            String wanted = name.substring(CONFIGURED.length()).strip();
            return new Configured(build.getParent().getFullName())
                    .plan(wanted)
                    .orElseThrow(() -> new IOException("no plan of this name is configured in Jenkins for "
                            + build.getParent().getFullDisplayName()
                            + ": add it to Canary releases in the configuration of the system or of a folder"));
        }
        if (name.startsWith(LIBRARY)) {
            return library(name.substring(LIBRARY.length()).strip());
        }
        if (by.startsWith(LIBRARY) || by.startsWith("plan ")) {
            throw new IOException(
                    "only a plan of the repository can extend a file: write library:PATH or jenkins:NAME");
        }
        try {
            Path from = Path.of(by.isEmpty() ? plan == null ? "" : plan : by);
            String path = from.resolveSibling(name).normalize().toString().replace('\\', '/');
            return new PlanFile(path, new PlanPlace(path, null).read(context));
        } catch (InvalidPathException e) {
            throw new IOException("it is not a path", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("reading it was interrupted", e);
        }
    }

    /** Where the libraries of a build are, as the step {@code libraryResource} finds their files. */
    private PlanFile library(String path) throws IOException {
        Path libraries = build.getRootDir().toPath().resolve("libs");
        List<Path> found = List.of();
        if (Files.isDirectory(libraries)) {
            try (Stream<Path> all = Files.list(libraries)) {
                found = all.map(library -> library.resolve("resources"))
                        .filter(resources -> isIn(resources, path))
                        .map(resources -> resources.resolve(path))
                        .toList();
            } catch (InvalidPathException e) {
                throw new IOException("it is not a path", e);
            }
        }
        if (found.size() != 1) {
            throw new IOException(
                    found.isEmpty()
                            ? "no shared library that the pipeline has loaded has it: load the library with @Library, and check"
                                    + " that it has resources/" + path
                            : found.size() + " shared libraries have it: give one of the files another name");
        }
        if (Files.size(found.get(0)) > PlanPlace.LARGEST) {
            throw new IOException("it is larger than 1 MiB: a plan is a few kilobytes");
        }
        return new PlanFile(LIBRARY + path, Files.readString(found.get(0), StandardCharsets.UTF_8));
    }

    /** Neither a path with '..' nor a link leads out of the library. */
    private static boolean isIn(Path resources, String path) {
        Path file = resources.resolve(path);
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && file.toRealPath().startsWith(resources.toRealPath());
        } catch (IOException gone) {
            return false;
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import hudson.model.Run;
import hudson.util.AtomicFileWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * Rollouts of which another system is not told everything yet, a file each, so that a controller that was killed goes on with
 * it when it is back. Safe for one thread a rollout.
 */
public final class PendingRollouts {

    private static final Logger LOGGER = Logger.getLogger(PendingRollouts.class.getName());

    private final Path folder;

    /**
     * A rollout of which something is to be told.
     *
     * @param note what {@link #add} was given
     */
    public record Pending(Run<?, ?> build, String note) {}

    /** @param system the folder's name in {@code canary} of Jenkins' home */
    public PendingRollouts(String system) {
        folder = Jenkins.get().getRootDir().toPath().resolve("canary").resolve(system);
    }

    public boolean has(String rollout) {
        return Files.exists(folder.resolve(rollout));
    }

    /**
     * Takes note of a rollout, unless it is there already.
     *
     * @param note one line; may be empty
     */
    public void add(String rollout, Run<?, ?> build, String note) {
        if (has(rollout)) {
            return;
        }
        try {
            Files.createDirectories(folder);
            try (AtomicFileWriter writer = new AtomicFileWriter(folder.resolve(rollout), StandardCharsets.UTF_8)) {
                try {
                    writer.write(build.getExternalizableId() + "\n" + note);
                    writer.commit();
                } finally {
                    writer.abort();
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, folder + " does not have canary rollout " + rollout + " after a restart", e);
        }
    }

    /** The note of a rollout; empty when there is none, or it cannot be read. */
    public String note(String rollout) {
        try {
            return has(rollout) ? Files.readString(folder.resolve(rollout)).split("\n", 2)[1] : "";
        } catch (IOException | ArrayIndexOutOfBoundsException e) {
            LOGGER.log(Level.FINE, "no note of " + rollout, e);
            return "";
        }
    }

    /** Forgets a rollout. */
    public void remove(String rollout) {
        try {
            Files.deleteIfExists(folder.resolve(rollout));
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, folder + " has canary rollout " + rollout + " again after a restart", e);
        }
    }

    /** By the rollout's id; those whose build is gone are forgotten. */
    public Map<String, Pending> read() {
        Map<String, Pending> all = new HashMap<>();
        if (!Files.isDirectory(folder)) {
            return all;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String rollout = String.valueOf(file.getFileName());
                Run<?, ?> build = build(Files.readString(file).split("\n", 2)[0]);
                if (build == null) {
                    remove(rollout);
                } else {
                    all.put(rollout, new Pending(build, note(rollout)));
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, folder + " cannot be read: what was left undone in it stays so", e);
        }
        return all;
    }

    private static Run<?, ?> build(String id) {
        try {
            return Run.fromExternalizableId(id);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.model.Run;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * All that is needed to take an open rollout up again, even when its build and its journal are gone.
 *
 * @param id unique in the controller
 * @param name unique among the open rollouts of its build
 * @param owner the build's {@link Run#getExternalizableId()}
 * @param version null when the rollout was started without one
 * @param mode stored as {@code drive}, as earlier builds did
 * @param by who started it
 * @param plan the plan as written
 * @param promoted whether the new version is the stable one, and only watched
 */
record OpenRollout(
        String id,
        String name,
        String owner,
        String version,
        @JsonProperty("drive") AdvanceMode mode,
        String by,
        String plan,
        boolean promoted) {

    OpenRollout {
        mode = mode == null ? AdvanceMode.STEPWISE : mode;
    }

    /** The build; null when it is gone. */
    Run<?, ?> build() {
        try {
            return Run.fromExternalizableId(owner);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    /** Full name of the build's job; neither needs to be there any more. */
    String job() {
        return owner.substring(0, Math.max(0, owner.lastIndexOf('#')));
    }

    OpenRollout ownedBy(String newOwner) {
        return new OpenRollout(id, name, newOwner, version, mode, by, plan, promoted);
    }

    OpenRollout asPromoted() {
        return new OpenRollout(id, name, owner, version, mode, by, plan, true);
    }

    /**
     * The open rollouts of the controller, one file each, so that at start-up they are found without looking at builds. A
     * file is on disk before the rollout's first shift and removed after its end.
     */
    static final class Index {

        private static final Logger LOGGER = Logger.getLogger(Index.class.getName());
        private static final ObjectMapper JSON = JsonMapper.builder()
                // A newer version may have written more.
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        private static final String ENDING = ".json";

        private final Path folder;

        Index(Path folder) {
            this.folder = folder;
        }

        /** Whole or not at all, also when the power fails. */
        void write(OpenRollout rollout) throws IOException {
            Files.createDirectories(folder);
            AtomicFileWriter writer = new AtomicFileWriter(file(rollout.id()), StandardCharsets.UTF_8);
            try {
                JSON.writerWithDefaultPrettyPrinter().writeValue(writer, rollout);
                writer.commit();
            } finally {
                writer.abort();
            }
        }

        void remove(String id) throws IOException {
            Files.deleteIfExists(file(id));
        }

        /** Every rollout that was open; a file that cannot be read is logged and left where it is. */
        List<OpenRollout> read() {
            List<OpenRollout> all = new ArrayList<>();
            if (!Files.isDirectory(folder)) {
                return all;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ENDING)) {
                for (Path file : files) {
                    try {
                        OpenRollout entry = JSON.readValue(file.toFile(), OpenRollout.class);
                        if (entry.id() == null || entry.owner() == null) {
                            throw new IOException("it names no rollout, or no build");
                        }
                        all.add(entry);
                    } catch (IOException e) {
                        LOGGER.log(
                                Level.SEVERE,
                                "The open canary rollout in " + file + " cannot be read: look at its"
                                        + " router, set its weight by hand, and remove the file",
                                e);
                    }
                }
            } catch (IOException e) {
                LOGGER.log(Level.SEVERE, "The open canary rollouts in " + folder + " cannot be listed", e);
            }
            return all;
        }

        private Path file(String id) {
            return folder.resolve(id + ENDING);
        }
    }
}

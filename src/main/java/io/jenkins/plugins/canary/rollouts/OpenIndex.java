package io.jenkins.plugins.canary.rollouts;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.util.AtomicFileWriter;
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
 * The open rollouts of the controller, one file each, so that at start-up they are found without looking at builds. A
 * file is on disk before the rollout's first shift and removed after its end.
 */
final class OpenIndex {

    private static final Logger LOGGER = Logger.getLogger(OpenIndex.class.getName());
    private static final ObjectMapper JSON = JsonMapper.builder()
            // A newer version may have written more.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String ENDING = ".json";

    private final Path folder;

    OpenIndex(Path folder) {
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

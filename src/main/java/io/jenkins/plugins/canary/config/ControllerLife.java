package io.jenkins.plugins.canary.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.util.AtomicFileWriter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess.Incarnation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * This run of the controller, as Leases of rollouts name it: random and new at every start, so that a restored copy of the
 * home is told from the controller that it is a copy of. A file in the home keeps which runs stopped in order, and so hold
 * nothing any more.
 */
@Extension
public final class ControllerLife {

    private static final Logger LOGGER = Logger.getLogger(ControllerLife.class.getName());
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** Leases of longer ago have run out anyhow. */
    private static final int MOST_KEPT = 10;

    private final Path file = Jenkins.get().getRootDir().toPath().resolve("canary/controller-runs.json");
    private final String current = UUID.randomUUID().toString();
    private final List<String> stopped = new ArrayList<>();

    public ControllerLife() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            stopped.addAll(List.of(JSON.readValue(file.toFile(), String[].class)));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(
                    Level.WARNING,
                    "Which runs of this controller stopped in order is not known: what they held on"
                            + " clusters runs out by itself within a minute",
                    e);
        }
    }

    static ControllerLife get() {
        return ExtensionList.lookupSingleton(ControllerLife.class);
    }

    Incarnation incarnation() {
        return new Incarnation(current, Set.copyOf(stopped));
    }

    /** From now on this run asks nothing of any cluster; the next one may take over at once. */
    public static void stopsInOrder() {
        get().keep();
    }

    private void keep() {
        List<String> all = new ArrayList<>(stopped);
        all.add(current);
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            AtomicFileWriter writer = new AtomicFileWriter(file, StandardCharsets.UTF_8);
            try {
                JSON.writeValue(writer, all.subList(Math.max(0, all.size() - MOST_KEPT), all.size()));
                writer.commit();
            } finally {
                writer.abort();
            }
        } catch (IOException e) {
            LOGGER.log(
                    Level.WARNING,
                    "That this controller stops in order is not written down: its rollouts on clusters go"
                            + " on a minute after it is back",
                    e);
        }
    }
}

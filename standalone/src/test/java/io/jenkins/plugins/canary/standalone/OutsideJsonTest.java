package io.jenkins.plugins.canary.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** JSON from outside is read within the bounds of {@link io.jenkins.plugins.canary.engine.BoundedJson}. */
class OutsideJsonTest {

    /** Read only what this program wrote into files of its own. */
    private static final Set<String> OWN =
            Set.of("BoundedJson.java", "ControllerLife.java", "JournalCodec.java", "ViewStore.java", "OpenIndex.java");

    @Test
    void onlyFilesOfOurOwnAreReadWithoutBounds() throws Exception {
        Set<String> others = new TreeSet<>();
        for (Path source : List.of(Path.of("../src/main/java"), Path.of("src/main/java"))) {
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file);
                    boolean reads = text.contains(".readTree(") || text.contains(".readValue(");
                    boolean bounded = text.contains("BoundedJson.MAPPER.read")
                            || text.contains("BoundedJson.factory()")
                            || text.contains("Cluster.JSON.read");
                    if (reads && !bounded && !OWN.contains(file.getFileName().toString())) {
                        others.add(file.getFileName().toString());
                    }
                }
            }
        }
        assertEquals(Set.of(), others);
    }
}

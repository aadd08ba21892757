package io.jenkins.plugins.canary.engine.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Prometheus. */
public final class PrometheusProcess {

    private PrometheusProcess() {}

    /** Skips the calling test, by name, when a program of the Debian package 'prometheus' is absent. */
    public static Path program(String name) {
        return ServerProcess.program(name, "prometheus");
    }

    /**
     * Puts samples into a storage that {@link #start} can serve.
     *
     * @param history in the OpenMetrics format
     * @param dir gets the storage in {@code data}
     */
    public static void backfill(Path history, Path dir) throws IOException, InterruptedException {
        Path log = dir.resolve("promtool.log");
        Process promtool = new ProcessBuilder(
                        program("promtool").toString(),
                        "tsdb",
                        "create-blocks-from",
                        "openmetrics",
                        history.toString(),
                        dir.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!promtool.waitFor(10, TimeUnit.MINUTES) || promtool.exitValue() != 0) {
            promtool.destroyForcibly();
            throw new IOException("promtool did not load the history: " + Files.readString(log));
        }
    }

    /**
     * Starts and waits until queries are answered.
     *
     * @param configuration the text of prometheus.yml
     * @param dir takes the configuration, the storage (in {@code data}) and the log
     * @param flags further arguments
     */
    public static ServerProcess start(String configuration, Path dir, String... flags) throws Exception {
        return start(configuration, dir, ServerProcess.freePort(), flags);
    }

    /** As above on a given port: a restart on the same storage keeps its address. */
    public static ServerProcess start(String configuration, Path dir, int port, String... flags) throws Exception {
        Path config = Files.writeString(dir.resolve("prometheus.yml"), configuration);
        return ServerProcess.start(
                URI.create("http://127.0.0.1:" + port),
                "/-/ready",
                dir,
                Map.of(),
                Stream.concat(
                                Stream.of(
                                        program("prometheus").toString(),
                                        "--config.file=" + config,
                                        "--storage.tsdb.path=" + dir.resolve("data"),
                                        "--web.listen-address=127.0.0.1:" + port,
                                        "--log.level=warn"),
                                Stream.of(flags))
                        .toList());
    }
}

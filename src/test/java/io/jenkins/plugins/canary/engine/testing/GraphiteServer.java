package io.jenkins.plugins.canary.engine.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real Graphite: carbon, which keeps a point a second, and Graphite's web server, which caches nothing. */
public final class GraphiteServer implements AutoCloseable {

    private final ServerProcess carbon;
    private final ServerProcess web;

    private GraphiteServer(ServerProcess carbon, ServerProcess web) {
        this.carbon = carbon;
        this.web = web;
    }

    /** Skips the calling test, by name, when a program is absent. */
    public static GraphiteServer start(Path dir) throws Exception {
        Path carbon = ServerProcess.program("carbon-cache", "graphite-carbon");
        Path manage = ServerProcess.program("graphite-manage", "graphite-web");
        int lines = ServerProcess.freePort();
        int queries = ServerProcess.freePort();
        // The web server looks only into folders that are there when it starts.
        Files.createDirectory(dir.resolve("whisper"));
        Path config = Files.writeString(
                dir.resolve("carbon.conf"), """
                [cache]
                STORAGE_DIR = %1$s/
                CONF_DIR = %1$s/
                LOCAL_DATA_DIR = %1$s/whisper/
                LOG_DIR = %1$s/
                PID_DIR = %1$s/
                USER =
                LINE_RECEIVER_INTERFACE = 127.0.0.1
                LINE_RECEIVER_PORT = %2$d
                PICKLE_RECEIVER_INTERFACE = 127.0.0.1
                PICKLE_RECEIVER_PORT = %3$d
                CACHE_QUERY_INTERFACE = 127.0.0.1
                CACHE_QUERY_PORT = %4$d
                MAX_UPDATES_PER_SECOND = inf
                MAX_CREATES_PER_MINUTE = inf
                ENABLE_TAGS = False
                """.formatted(dir, lines, ServerProcess.freePort(), queries));
        Files.writeString(dir.resolve("storage-schemas.conf"), "[all]\npattern = .*\nretentions = 1s:1h\n");
        Files.writeString(dir.resolve("graphite_of_test.py"), """
                SECRET_KEY = 'of-a-test'
                CONF_DIR = STORAGE_DIR = LOG_DIR = '%s'
                CARBONLINK_HOSTS = ['127.0.0.1:%d']
                ALLOWED_HOSTS = ['*']
                FIND_CACHE_DURATION = 0
                DEFAULT_CACHE_DURATION = 0
                """.formatted(dir, queries));
        ServerProcess receiver = ServerProcess.start(
                URI.create("http://127.0.0.1:" + lines),
                null,
                dir,
                Map.of(),
                List.of(carbon.toString(), "--config=" + config, "--nodaemon", "start"));
        String address = "127.0.0.1:" + ServerProcess.freePort();
        try {
            return new GraphiteServer(
                    receiver,
                    ServerProcess.start(
                            URI.create("http://" + address),
                            "/render?format=json&target=none",
                            Files.createDirectory(dir.resolve("web")),
                            Map.of("GRAPHITE_SETTINGS_MODULE", "graphite_of_test", "PYTHONPATH", dir.toString()),
                            List.of(manage.toString(), "runserver", "--noreload", address)));
        } catch (Exception | Error e) {
            receiver.close();
            throw e;
        }
    }

    /** The web server's root. */
    public URI uri() {
        return web.uri();
    }

    /** @param lines {@code NAME VALUE SECONDS} each */
    public void write(String lines) throws IOException {
        try (Socket socket = new Socket(carbon.uri().getHost(), carbon.uri().getPort())) {
            socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void close() throws InterruptedException {
        web.close();
        carbon.close();
    }
}

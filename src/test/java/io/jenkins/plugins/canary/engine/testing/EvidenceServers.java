package io.jenkins.plugins.canary.engine.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Real servers that keep evidence, each on free loopback ports; without its program the calling test is skipped by name. */
public final class EvidenceServers {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private EvidenceServers() {}

    /** InfluxDB 1 with an empty database {@code shop}. */
    public static ServerProcess influxdb(Path dir) throws Exception {
        Path influxd = ServerProcess.program("influxd", "influxdb");
        String http = "127.0.0.1:" + ServerProcess.freePort();
        Path config = Files.writeString(dir.resolve("influxdb.conf"), "[meta]\n[data]\n[http]\n");
        ServerProcess server = ServerProcess.start(
                URI.create("http://" + http),
                "/ping",
                dir,
                Map.of(
                        "INFLUXDB_HTTP_BIND_ADDRESS",
                        http,
                        "INFLUXDB_BIND_ADDRESS",
                        "127.0.0.1:" + ServerProcess.freePort(),
                        "INFLUXDB_META_DIR",
                        dir.resolve("meta").toString(),
                        "INFLUXDB_DATA_DIR",
                        dir.resolve("data").toString(),
                        "INFLUXDB_DATA_WAL_DIR",
                        dir.resolve("wal").toString(),
                        "INFLUXDB_REPORTING_DISABLED",
                        "true"),
                List.of(influxd.toString(), "-config", config.toString()));
        post(
                server.uri().resolve("/query"),
                "application/x-www-form-urlencoded",
                "q=" + URLEncoder.encode("CREATE DATABASE shop", StandardCharsets.UTF_8));
        return server;
    }

    /** @param tenants whether requests must name a tenant, by {@code X-Scope-OrgID} */
    public static ServerProcess loki(Path dir, boolean tenants) throws Exception {
        Path loki = ServerProcess.program("loki");
        int port = ServerProcess.freePort();
        Path config = Files.writeString(
                dir.resolve("loki.yaml"), """
                auth_enabled: %b
                server:
                  { http_listen_address: 127.0.0.1, http_listen_port: %d, grpc_listen_address: 127.0.0.1, grpc_listen_port: %d }
                common:
                  path_prefix: %4$s
                  replication_factor: 1
                  ring: { instance_addr: 127.0.0.1, kvstore: { store: inmemory } }
                  storage: { filesystem: { chunks_directory: %4$s/chunks, rules_directory: %4$s/rules } }
                schema_config:
                  configs:
                    - { from: 2020-01-01, store: tsdb, object_store: filesystem, schema: v13, index: { prefix: i_, period: 24h } }
                ingester: { lifecycler: { min_ready_duration: 0s } }
                frontend: { address: 127.0.0.1 }
                analytics: { reporting_enabled: false }
                """.formatted(tenants, port, ServerProcess.freePort(), dir));
        return ServerProcess.start(
                URI.create("http://127.0.0.1:" + port),
                "/ready",
                dir,
                Map.of(),
                List.of(loki.toString(), "-config.file=" + config));
    }

    /**
     * Alertmanager, which sends nothing to anybody.
     *
     * @param inhibitRules the value of {@code inhibit_rules}
     */
    public static ServerProcess alertmanager(Path dir, String inhibitRules) throws Exception {
        Path program = ServerProcess.program("prometheus-alertmanager", "prometheus-alertmanager");
        Path config = Files.writeString(dir.resolve("alertmanager.yml"), """
                route: { receiver: none, group_wait: 1ms, group_interval: 1ms }
                receivers: [ { name: none } ]
                inhibit_rules: %s
                """.formatted(inhibitRules));
        String address = "127.0.0.1:" + ServerProcess.freePort();
        return ServerProcess.start(
                URI.create("http://" + address),
                "/-/ready",
                dir,
                Map.of(),
                List.of(
                        program.toString(),
                        "--config.file=" + config,
                        "--storage.path=" + dir.resolve("data"),
                        "--web.listen-address=" + address,
                        "--cluster.listen-address="));
    }

    /**
     * VictoriaMetrics on one node, which answers for a second ago, not for 30 as it does by itself.
     *
     * @param scrapes a configuration as Prometheus has it
     */
    public static ServerProcess victoriaMetrics(Path dir, String scrapes) throws Exception {
        Path program = ServerProcess.program("victoria-metrics");
        Path config = Files.writeString(dir.resolve("scrapes.yml"), scrapes);
        String address = "127.0.0.1:" + ServerProcess.freePort();
        return ServerProcess.start(
                URI.create("http://" + address),
                "/health",
                dir,
                Map.of(),
                List.of(
                        program.toString(),
                        "-promscrape.config=" + config,
                        "-storageDataPath=" + dir.resolve("data"),
                        "-httpListenAddr=" + address,
                        "-search.latencyOffset=1s"));
    }

    /**
     * Fails unless the server accepts it.
     *
     * @param headers names and values by turns, beside the type
     */
    public static void post(URI to, String type, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(to).header("Content-Type", type);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        request.POST(HttpRequest.BodyPublishers.ofString(body));
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(2, answer.statusCode() / 100, answer.statusCode() + " " + answer.body());
    }
}

package io.jenkins.plugins.canary.engine.traffic.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.testing.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Moto's server, which answers like AWS, on loopback. Tests that need it are skipped where there is none. */
public final class MotoProcess implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;
    private final URI uri;

    private MotoProcess(Process process, Path log, URI uri) {
        this.process = process;
        this.log = log;
        this.uri = uri;
    }

    /** Skips the calling test, by name, when moto is absent. */
    public static MotoProcess start() throws Exception {
        String binary = Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> folder + "/moto_server")
                .filter(p -> Files.isExecutable(Path.of(p)))
                .findFirst()
                .orElse(null);
        assumeTrue(binary != null, "moto_server is not installed (Python package 'moto[server]')");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path log = Files.createTempFile("canary-moto", ".log");
        Process process = new ProcessBuilder(binary, "-H", "127.0.0.1", "-p", "" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        MotoProcess moto = new MotoProcess(process, log, URI.create("http://127.0.0.1:" + port));
        Poll.until(
                "moto_server answers",
                () -> moto.send(HttpRequest.newBuilder(moto.uri.resolve("/moto-api/data.json"))
                                .build())
                        .startsWith("{"),
                () -> "see " + log);
        return moto;
    }

    public URI uri() {
        return uri;
    }

    /** Forgets everything. */
    void reset() throws Exception {
        send(HttpRequest.newBuilder(uri.resolve("/moto-api/reset"))
                .POST(BodyPublishers.noBody())
                .build());
    }

    /** The first subnet and the network that every account has. */
    String first(String element, String ec2Action) throws Exception {
        String answer = send(HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=x/20260101/eu-central-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
                .POST(BodyPublishers.ofString("Action=" + ec2Action + "&Version=2016-11-15"))
                .build());
        Matcher found = Pattern.compile("<" + element + ">([^<]+)<").matcher(answer);
        if (!found.find()) {
            throw new IOException("no " + element + " in " + answer);
        }
        return found.group(1);
    }

    private String send(HttpRequest request) throws Exception {
        return CLIENT.send(request, BodyHandlers.ofString()).body();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(log);
    }
}

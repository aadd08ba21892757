package io.jenkins.plugins.canary.engine.http.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that wants a client's certificate, with certificates made here by the JDK's keytool. */
class MutualTlsTest {

    private static final String PASSWORD = "pass-w0rd";
    private static final Secrets.Ref REF = new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "PW");

    @TempDir
    private static Path dir;

    private static final ExecutorService executor = Executors.newFixedThreadPool(2);
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        for (String name : List.of("server", "client", "stranger")) {
            keytool(
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=" + name,
                    "-validity",
                    "2",
                    "-ext",
                    "SAN=ip:127.0.0.1",
                    "-keystore",
                    file(name));
        }
        trust("server");
        trust("client");
        try (OutputStream again = Files.newOutputStream(dir.resolve("trusts-server-too"))) {
            store("trusts-server").store(again, PASSWORD.toCharArray());
        }

        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store("server"), PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store("trusts-client"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = context.getDefaultSSLParameters();
                ssl.setNeedClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.createContext("/", exchange -> {
            byte[] body = "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"42\"]}}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders()
                    .set("X-Port", String.valueOf(exchange.getRemoteAddress().getPort()));
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.setExecutor(executor);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
        executor.shutdownNow();
    }

    @Test
    void aKnownClientOfATrustedServerIsServed() throws Exception {
        assertEquals(42, read(auth("client", "trusts-server")).value());
    }

    @Test
    void aStrangerIsRefused() throws Exception {
        assertUnavailable(read(auth("stranger", "trusts-server")));
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws Exception {
        assertUnavailable(read(auth(null, "trusts-server")));
    }

    @Test
    void aServerThatIsNotTrustedIsNotAsked() throws Exception {
        Reading r = read(auth("client", null));
        assertUnavailable(r);
        assertTrue(r.detail().contains("no secure connection") && r.detail().contains("trustStore"), r.detail());
    }

    @Test
    void aWrongPasswordAndAMissingFileAreSaidAtOnce() {
        String wrong = assertThrows(MetricException.class, () -> open(auth("client", null), "guess"))
                .getMessage();
        assertTrue(wrong.contains("auth.keyStore") && wrong.contains("keyStorePassword right"), wrong);
        assertFalse(wrong.contains("guess"), wrong);
        String missing = assertThrows(MetricException.class, () -> open(auth("nobody", null), PASSWORD))
                .getMessage();
        assertTrue(missing.contains("there is no file") && missing.contains("nobody"), missing);
    }

    @Test
    void noTextOfAPlanIsAConfiguredSecret() throws Exception {
        Secrets.Ref configured = new Secrets.Ref() {
            @Override
            public String text(Secrets plan) {
                return PASSWORD;
            }

            @Override
            public Secrets.Store store(Secrets plan) throws Secrets.SecretMissing {
                try {
                    return new Secrets.Store(Files.readAllBytes(Path.of(file("client"))), PASSWORD.toCharArray());
                } catch (java.io.IOException e) {
                    throw new Secrets.SecretMissing(e.toString());
                }
            }

            @Override
            public String shown() {
                return "credentials:client";
            }
        };
        Auth own = new Auth(null, null, null, configured, null, place("trusts-server"), REF);
        assertEquals(42, read(own).value(), "a configured secret looks itself up, whatever plans may refer to");
        for (String spelled : new String[] {"client", " client", " \nclient", "OTHER\nclient", configured.shown()}) {
            Secrets.Ref ref = new Secrets.PlanRef(Secrets.PlanRef.Kind.CREDENTIALS, spelled);
            String refused = assertThrows(
                            MetricException.class,
                            () -> open(new Auth(null, null, null, ref, null, null, null), PASSWORD))
                    .getMessage();
            assertTrue(refused.contains("is known to Jenkins only"), refused);
        }
    }

    @Test
    void sourcesWithTheSameCertificatesShareConnections() throws Exception {
        HttpClientPool pool = new HttpClientPool();
        Auth own = auth("client", "trusts-server");
        Auth withToken = new Auth(REF, null, null, place("client"), REF, place("trusts-server"), REF);
        assertTrue(shareConnections(pool, own, auth("client", "trusts-server")));
        assertTrue(shareConnections(pool, own, withToken), "a token makes no other connection");
        assertFalse(shareConnections(pool, own, auth("client", "trusts-server-too")));
    }

    /** Asked in turns, since a connection may be free again only a moment after its answer. */
    private static boolean shareConnections(HttpClientPool pool, Auth one, Auth other) throws Exception {
        Set<Integer> ofOne = new HashSet<>();
        Set<Integer> ofOther = new HashSet<>();
        for (int turn = 0; turn < 20 && Collections.disjoint(ofOne, ofOther); turn++) {
            ofOne.add(connection(pool, one));
            ofOther.add(connection(pool, other));
        }
        return !Collections.disjoint(ofOne, ofOther);
    }

    /** The client's port of the connection over which a source with these certificates asks. */
    private static int connection(HttpClientPool pool, Auth auth) throws Exception {
        HttpFetcher fetcher = pool.get(Tls.open(auth, ref -> PASSWORD), AddressPolicy.UNRESTRICTED);
        HttpAnswer answer = fetcher.fetch(
                        HttpCall.to(URI.create(
                                "https://127.0.0.1:" + server.getAddress().getPort())),
                        1_000,
                        Deadline.in(Duration.ofSeconds(20)))
                .get(30, TimeUnit.SECONDS);
        return Integer.parseInt(answer.headers().firstValue("X-Port").orElseThrow());
    }

    private static Reading read(Auth auth) throws Exception {
        return SampleMetrics.read(open(auth, PASSWORD), SampleMetrics.query("mine", Track.CANARY), Instant.EPOCH);
    }

    private static io.jenkins.plugins.canary.engine.metric.MetricSource open(Auth auth, String password)
            throws MetricException {
        String url = "https://127.0.0.1:" + server.getAddress().getPort();
        return new MetricSources()
                .open(
                        SampleMetrics.metrics(
                                new SourceSettings.Prometheus(url, null, auth, 20_000),
                                SampleMetrics.promQl("mine", "up")),
                        SampleMetrics.context(ref -> password));
    }

    private static void assertUnavailable(Reading r) {
        assertEquals(Reading.Status.UNAVAILABLE, r.status());
        assertTrue(r.detail().contains("https://127.0.0.1"), r.detail());
        assertFalse(r.detail().contains(PASSWORD), r.detail());
    }

    private static Auth auth(String key, String trust) {
        return new Auth(
                null,
                null,
                null,
                key == null ? null : place(key),
                key == null ? null : REF,
                trust == null ? null : place(trust),
                trust == null ? null : REF);
    }

    private static Secrets.Ref place(String name) {
        return new Secrets.PlanRef(Secrets.PlanRef.Kind.FILE, file(name));
    }

    private static String file(String name) {
        return dir.resolve(name).toString();
    }

    private static KeyStore store(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(file(name)))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void trust(String name) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(name, store(name).getCertificate(name));
        try (OutputStream out = Files.newOutputStream(dir.resolve("trusts-" + name))) {
            trusted.store(out, PASSWORD.toCharArray());
        }
    }

    private static void keytool(String... arguments) throws Exception {
        String tool = System.getProperty("java.home") + File.separator + "bin" + File.separator + "keytool";
        Process process = new ProcessBuilder(Stream.concat(
                                Stream.of(tool),
                                Stream.concat(
                                        Stream.of(arguments),
                                        Stream.of("-storetype", "PKCS12", "-storepass", PASSWORD)))
                        .toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0, said);
    }
}

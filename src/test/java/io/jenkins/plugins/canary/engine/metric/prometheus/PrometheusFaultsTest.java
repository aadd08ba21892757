package io.jenkins.plugins.canary.engine.metric.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleMetrics;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.testing.RawServer;
import io.jenkins.plugins.canary.engine.testing.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that are down, slow, in the way, or not what they say they are: over real connections. */
class PrometheusFaultsTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    @Test
    void aWebPageIsNamedByItsTitle() throws Exception {
        assertUnavailable(
                RawServer.of("200 OK\nContent-Type: text/html", "<html><title>Sign in\u001b[31m</title></html>"),
                "web page",
                "'Sign in'",
                "address");
    }

    @Test
    void truncatedJson() throws Exception {
        assertUnavailable(RawServer.json("{\"status\":\"success\",\"data\":{\"resultType\":\"vec"), "cut off");
    }

    @Test
    void aBodyThatEndsBeforeItsAnnouncedLength() throws Exception {
        assertUnavailable(
                new RawServer((s, out) ->
                        out.write((HEAD + "Content-Length: 5000\r\n\r\n{\"status\"").getBytes(StandardCharsets.UTF_8))),
                "broke");
    }

    @Test
    void aStreamOf200MegabytesIsLeftAfterFour() throws Exception {
        AtomicLong sent = new AtomicLong();
        RawServer server = new RawServer((socket, out) -> {
            out.write((HEAD + "\r\n").getBytes(StandardCharsets.UTF_8));
            byte[] block = new byte[1 << 16];
            java.util.Arrays.fill(block, (byte) ' ');
            while (sent.get() < 200L << 20) {
                out.write(block);
                sent.addAndGet(block.length);
            }
        });
        assertUnavailable(server, "larger than 4 MiB");
        assertTrue(sent.get() < 100L << 20, "the client hung up, and did not take all: " + sent.get());
    }

    @Test
    void anAnnounced200MegabytesAreNotAwaited() throws Exception {
        assertUnavailable(
                new RawServer((socket, out) -> {
                    out.write((HEAD + "Content-Length: 209715200\r\n\r\n ").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    Thread.sleep(20_000);
                }),
                "larger than 4 MiB");
    }

    @Test
    void aSmallZipThatUnpacksTo100MegabytesIsLeftToo() throws Exception {
        byte[] bomb = gzip(new byte[100 << 20]);
        assertUnavailable(gzipped(bomb), "larger than 4 MiB");
    }

    @Test
    void gzipIsUnderstood() throws Exception {
        byte[] body = gzip(vector("\"2.5\"").getBytes(StandardCharsets.UTF_8));
        assertEquals(2.5, read(gzipped(body)).value());
    }

    @Test
    void brokenGzip() throws Exception {
        assertUnavailable(gzipped("not gzip".getBytes(StandardCharsets.UTF_8)), "gzip");
    }

    @Test
    void tooManyRequestsSaysHowLongToWait() throws Exception {
        assertUnavailable(
                RawServer.of("429 Too Many Requests\nRetry-After: 30", "slow down"),
                "429 (too many requests)",
                "wait 30 s");
    }

    @Test
    void unavailableSaysWhyWhenTheServerDoes() throws Exception {
        assertUnavailable(
                RawServer.of(
                        "503 Service Unavailable\nRetry-After: 7\nContent-Type: application/json",
                        "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"}"),
                "503 (service unavailable)",
                "wait 7 s",
                "timeout, query timed out");
    }

    @Test
    void aRedirectIsReportedAndNotFollowed() throws Exception {
        RawServer[] self = new RawServer[1];
        self[0] = new RawServer((s, out) -> out.write(("HTTP/1.1 302 Found\r\nLocation: " + self[0].uri()
                        + "/login?token=t0ken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8)));
        Reading r = assertUnavailable(self[0], "302", "a redirect to http://127.0.0.1", "/login", "not followed");
        assertFalse(r.detail().contains("t0ken"), r.detail());
        assertEquals(1, self[0].requests().size());
    }

    @Test
    void aDrippingBodyEndsWithTheTimeOutAndIsHungUpOn() throws Exception {
        CountDownLatch hungUp = new CountDownLatch(1);
        RawServer server = new RawServer((socket, out) -> {
            out.write((HEAD + "Content-Length: 1000\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            try {
                for (int i = 0; i < 900; i++) {
                    out.write(' ');
                    out.flush();
                    Thread.sleep(50);
                }
            } catch (IOException e) {
                hungUp.countDown();
            }
        });
        try (server) {
            Reading r = read(server.uri().toString(), 700, Auth.NONE);
            assertEquals(Reading.Status.UNAVAILABLE, r.status());
            assertTrue(r.detail().contains("did not answer within 700 ms"), r.detail());
            assertTrue(hungUp.await(20, TimeUnit.SECONDS), "the connection was left open");
        }
    }

    @Test
    void aSilentServerEndsWithTheTimeOut() throws Exception {
        assertUnavailable(
                new RawServer((s, out) -> Thread.sleep(20_000)), 500, Auth.NONE, "did not answer within 500 ms");
    }

    @Test
    void aResetConnectionIsTriedOnceMore() throws Exception {
        RawServer server = new RawServer((socket, out) -> socket.setSoLinger(true, 0));
        assertUnavailable(server, "the connection broke");
        assertEquals(2, server.requests().size());
    }

    @Test
    void oneDeadConnectionIsNoOutage() throws Exception {
        AtomicLong calls = new AtomicLong();
        byte[] body = vector("\"7\"").getBytes(StandardCharsets.UTF_8);
        RawServer server = new RawServer((socket, out) -> {
            if (calls.getAndIncrement() == 0) {
                socket.setSoLinger(true, 0);
                return;
            }
            out.write((HEAD + "Content-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            out.write(body);
        });
        assertEquals(7, read(server).value());
    }

    @Test
    void nobodyListens() throws Exception {
        Reading r = read("http://127.0.0.1:" + ServerProcess.freePort(), 5_000, Auth.NONE);
        assertEquals(Reading.Status.UNAVAILABLE, r.status());
        assertTrue(r.detail().contains("nothing accepts connections"), r.detail());
    }

    @Test
    void anUnknownHost() throws Exception {
        Reading r = read("http://no-such-host.invalid:9090", 5_000, Auth.NONE);
        assertTrue(r.detail().contains("'no-such-host.invalid' is not known"), r.detail());
    }

    @Test
    void nonsenseInsteadOfHttp() throws Exception {
        assertUnavailable(
                new RawServer((s, out) -> out.write("SSH-2.0-OpenSSH_9\r\n".getBytes(StandardCharsets.UTF_8))),
                "the connection broke");
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NO_DATA, not a number",
        "+Inf, UNAVAILABLE, infinite",
        "-Inf, UNAVAILABLE, infinite",
        "1e19, UNAVAILABLE, range",
        "-3, UNAVAILABLE, never negative"
    })
    void valuesThatAreNoneAreNoReadings(String value, Reading.Status status, String why) throws Exception {
        Reading r = read(RawServer.json(vector('"' + value + '"')));
        assertEquals(status, r.status());
        assertTrue(r.detail().contains(why), r.detail());
    }

    @Test
    void anEmptyVectorIsNoData() throws Exception {
        assertEquals(
                Reading.Status.NO_DATA,
                read(RawServer.json(data("vector", "[]"))).status());
    }

    @ParameterizedTest
    @CsvSource({"1668000000, old", "1700000100, in the future"})
    void anAnswerOfAnotherTimeIsNoData(String time, String why) throws Exception {
        Reading r = read(RawServer.json(data("vector", "[{\"metric\":{},\"value\":[" + time + ",\"1\"]}]")));
        assertEquals(Reading.Status.NO_DATA, r.status());
        assertTrue(r.detail().contains(why), r.detail());
    }

    @Test
    void aScalarIsANumber() throws Exception {
        assertEquals(
                3, read(RawServer.json(data("scalar", "[1700000000,\"3\"]"))).value());
    }

    @Test
    void severalSeriesAreNoAnswer() throws Exception {
        assertUnavailable(
                RawServer.json(data(
                        "vector",
                        "[{\"metric\":{\"a\":\"1\"},\"value\":[1,\"1\"]},"
                                + "{\"metric\":{\"a\":\"2\"},\"value\":[1,\"2\"]}]")),
                "yields 2 series",
                "sum()");
    }

    @Test
    void duplicateSeriesAreALie() throws Exception {
        assertUnavailable(
                RawServer.json(data(
                        "vector",
                        "[{\"metric\":{\"a\":\"1\"},\"value\":[1,\"1\"]},"
                                + "{\"metric\":{\"a\":\"1\"},\"value\":[1,\"2\"]}]")),
                "same series twice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"x\"]}} | yields a string",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}} | no list",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,2]}]}} | number in quotes",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"0x1p3\"]}]}} | number in quotes",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"histogram\":[1,{}]}]}} | native histogram",
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[7]}} | no labels",
                "{\"status\":\"success\"} | with data",
                "{\"status\":\"success\",\"isPartial\":true,\"data\":{\"resultType\":\"vector\",\"result\":[]}} | part of its storage",
                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error at char 5\"} | bad_data, parse error at char 5",
                "[] | not a JSON object",
                "{} trailing | not JSON",
                "'' | not a JSON object",
            })
    void wrongTypes(String body, String expected) throws Exception {
        assertUnavailable(RawServer.json(body), expected);
    }

    @Test
    void aMatrixIsNoInstantValue() throws Exception {
        assertUnavailable(
                RawServer.json(data("matrix", "[{\"metric\":{},\"values\":[[1,\"1\"],[2,\"2\"]]}]")),
                "a range",
                "instant");
    }

    @Test
    void warningsAreNoBasisForAVerdict() throws Exception {
        assertUnavailable(
                RawServer.json("{\"status\":\"success\",\"warnings\":[\"remote read: 2 of 3 stores failed\"],"
                        + "\"data\":{\"resultType\":\"scalar\",\"result\":[1700000000,\"4\"]}}"),
                "may be incomplete",
                "remote read: 2 of 3 stores failed");
    }

    @Test
    void hintsComeWithTheValue() throws Exception {
        Reading r = read(
                RawServer.json(
                        "{\"status\":\"success\","
                                + "\"infos\":[\"metric might not be a counter\"],\"data\":{\"resultType\":\"scalar\",\"result\":[1700000000,\"4\"]}}"));
        assertEquals(4, r.value());
        assertEquals("metric might not be a counter", r.detail());
    }

    @Test
    void aTokenThatIsSentBackIsNotShown() throws Exception {
        RawServer server = new RawServer((socket, out) -> out.write(
                "HTTP/1.1 400 Bad\r\nConnection: close\r\n\r\n{\"status\":\"error\",\"error\":\"Bearer s3cr3t-t0ken is bad\"}"
                        .getBytes(StandardCharsets.UTF_8)));
        Secrets.Ref ref = new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "TOKEN");
        Reading r = assertUnavailable(
                server, 5_000, new Auth(ref, null, null, null, null, null, null), "answered 400", "is bad");
        assertFalse(r.detail().contains("s3cr3t"), r.detail());
        assertTrue(server.requests().get(0).contains("Authorization: Bearer s3cr3t-t0ken"));
    }

    private static String data(String type, String result) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"" + type + "\",\"result\":" + result + "}}";
    }

    private static String vector(String value) {
        return data("vector", "[{\"metric\":{},\"value\":[1700000000.5," + value + "]}]");
    }

    private static byte[] gzip(byte[] plain) throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static RawServer gzipped(byte[] body) throws Exception {
        return new RawServer((socket, out) -> {
            out.write((HEAD + "Content-Encoding: gzip\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(body);
        });
    }

    private Reading assertUnavailable(RawServer server, String... parts) throws Exception {
        return assertUnavailable(server, 10_000, Auth.NONE, parts);
    }

    private Reading assertUnavailable(RawServer server, long timeout, Auth auth, String... parts) throws Exception {
        try (server) {
            Reading r = read(server.uri().toString(), timeout, auth);
            assertEquals(Reading.Status.UNAVAILABLE, r.status(), r.detail());
            for (String part : parts) {
                assertTrue(r.detail().contains(part), part + " in: " + r.detail());
            }
            assertFalse(r.detail().contains("Exception"), r.detail());
            return r;
        }
    }

    private Reading read(RawServer server) throws Exception {
        try (server) {
            return read(server.uri().toString(), 10_000, Auth.NONE);
        }
    }

    private Reading read(String url, long timeout, Auth auth) throws Exception {
        return SampleMetrics.read(
                new MetricSources()
                        .open(
                                SampleMetrics.metrics(
                                        new SourceSettings.Prometheus(url, null, auth, timeout),
                                        SampleMetrics.promQl("mine", "up{job=\"{{target}}\"}")),
                                SampleMetrics.context(ref -> "s3cr3t-t0ken")),
                SampleMetrics.query("mine", Track.CANARY),
                Instant.ofEpochSecond(1_700_000_000));
    }
}

package io.jenkins.plugins.canary.engine.notify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Notices over real HTTP. */
class NoticeSenderTest {

    private static final NoticeSender.Pace QUICK = new NoticeSender.Pace(
            Duration.ofMillis(1), Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(100), 4);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final NoticeSender sender = new NoticeSender(QUICK, InstantSource.system(), null);
    private final FailedDeliveries failedDeliveries = new FailedDeliveries(() -> {});

    @AfterEach
    void close() {
        sender.close();
    }

    private static Notice notice(int n) {
        return new Notice(
                "r-1/ended/" + n,
                Topic.ENDED,
                "ended",
                RolloutStatusResponse.Tone.BAD,
                n,
                new Notice.Rollout("r-1", "api-gateway", "v2", "job #1", "http://ci.example/canary/"),
                "ada",
                "Rolled back: <!channel> [click](http://evil.example)",
                new Notice.Standing(Status.ROLLED_BACK, "Ramp 1", Weight.ofPercent(5)));
    }

    private static Receiver receiver(Receiver.Format format) {
        Secrets.Ref hook = new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "HOOK");
        return new Receiver(format, hook, null, Topic.USUAL);
    }

    private static Address address(HookServer server, Receiver.Format format, String key) {
        return new Address(receiver(format), "env:HOOK", server.url(), key, AddressPolicy.UNRESTRICTED);
    }

    @Test
    void whatIsSignedProvesTimeAndBody() throws Exception {
        try (HookServer server = new HookServer()) {
            sender.hand(address(server, Receiver.Format.JSON, "s3cret"), notice(1), failedDeliveries);
            HookServer.Got got = server.next(20);
            String time = got.headers().getFirst("X-Canary-Timestamp");
            assertEquals(
                    NoticeSender.signature("s3cret", Long.parseLong(time), got.body()),
                    got.headers().getFirst("X-Canary-Signature"));
            assertTrue(Math.abs(System.currentTimeMillis() / 1_000 - Long.parseLong(time)) < 60);
            assertEquals("r-1/ended/1", got.headers().getFirst("X-Canary-Delivery"));
            JsonNode body = JSON.readTree(got.body());
            assertEquals("ended", body.path("topic").asText());
            assertEquals("Ramp 1", body.path("phase").asText());
        }
    }

    /** RFC 4231, test case 2, whose data is "what do ya want for nothing?". */
    @Test
    void theSignatureIsTheStandards() throws Exception {
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec("Jefe".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                java.util.HexFormat.of()
                        .formatHex(mac.doFinal("what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII))));
        mac.reset();
        assertEquals(
                "sha256="
                        + java.util.HexFormat.of()
                                .formatHex(mac.doFinal("1700000000.{}".getBytes(StandardCharsets.US_ASCII))),
                NoticeSender.signature("Jefe", 1_700_000_000L, "{}".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void triesAgainInOrderAndGivesUpInTheEnd() throws Exception {
        try (HookServer server = new HookServer(503, 429, 200, 404, 200)) {
            for (int i = 1; i <= 3; i++) {
                sender.hand(address(server, Receiver.Format.JSON, null), notice(i), failedDeliveries);
            }
            List<Integer> seen = new ArrayList<>();
            JsonNode last = null;
            for (int i = 0; i < 5; i++) {
                last = JSON.readTree(server.next(20).body());
                seen.add(last.path("at").asInt());
            }
            assertEquals(List.of(1, 1, 1, 2, 3), seen, "404 is no reason to try again");
            assertEquals(1, last.path("leftOut").asInt());
        }
    }

    @Test
    void whoIsNotToldIsKnownUntilSomethingArrives() throws Exception {
        try (HookServer server = new HookServer(503, 503, 503, 503, 404, 200)) {
            sender.hand(address(server, Receiver.Format.SLACK, null), notice(1), failedDeliveries);
            assertTrue(sender.drain(Duration.ofSeconds(20)));
            RolloutStatusResponse.FailedDeliveryRow row =
                    failedDeliveries.rows().get(0);
            assertEquals(
                    List.of("env:HOOK", "slack", "ended", 4, "it answered 503", true),
                    List.of(row.to(), row.format(), row.event(), row.tries(), row.says(), row.over()));
            assertFalse(row.toString().contains("hook-of-the-team"), row.toString());
            sender.hand(address(server, Receiver.Format.SLACK, null), notice(2), failedDeliveries);
            assertTrue(sender.drain(Duration.ofSeconds(20)));
            assertEquals(
                    "Notification slack env:HOOK: not delivered, 1 try, it answered 404",
                    FailedDeliveries.words(failedDeliveries.rows().get(0)));
            sender.hand(address(server, Receiver.Format.SLACK, null), notice(3), failedDeliveries);
            assertTrue(sender.drain(Duration.ofSeconds(20)));
            assertEquals(List.of(), failedDeliveries.rows());
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (HookServer server = new HookServer(302)) {
            sender.hand(address(server, Receiver.Format.JSON, null), notice(1), failedDeliveries);
            assertNotNull(server.next(20));
            assertTrue(sender.drain(Duration.ofSeconds(20)));
            assertNull(server.next(1));
        }
    }

    /** The headers are in time, so the client's own time-out has nothing to say: the connection must end all the same. */
    @Test
    void answerWithoutEndIsHungUpOn() throws Exception {
        java.util.concurrent.CountDownLatch hungUp = new java.util.concurrent.CountDownLatch(1);
        NoticeSender once = new NoticeSender(
                new NoticeSender.Pace(
                        Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofMillis(100), 1),
                InstantSource.system(),
                null);
        try (io.jenkins.plugins.canary.engine.testing.RawServer endless =
                new io.jenkins.plugins.canary.engine.testing.RawServer((socket, out) -> {
                    try {
                        out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        while (true) {
                            out.write(new byte[512]);
                            out.flush();
                            Thread.sleep(5);
                        }
                    } catch (IOException broken) {
                        hungUp.countDown();
                    }
                })) {
            once.hand(
                    new Address(
                            receiver(Receiver.Format.JSON),
                            "env:HOOK",
                            endless.uri(),
                            null,
                            AddressPolicy.UNRESTRICTED),
                    notice(1),
                    failedDeliveries);
            assertTrue(hungUp.await(20, java.util.concurrent.TimeUnit.SECONDS), "it is read for ever");
        } finally {
            once.close();
        }
    }

    @Test
    void pausesGrowVaryAndGoAlongWithWhatIsAskedFor() {
        NoticeSender.Pace pace = NoticeSender.Pace.USUAL;
        assertEquals(1_500, pace.pause(1, 0, 0));
        assertEquals(2_500, pace.pause(1, 0, 1));
        assertEquals(8_000, pace.pause(3, 0, 0.5));
        assertEquals(120_000, pace.pause(60, 0, 0.5), "however often");
        assertEquals(30_000, pace.pause(1, 30_000, 0.5));
        assertEquals(120_000, pace.pause(1, 86_400_000, 0.5), "nobody makes us wait for a day");
        long now = java.time.Instant.parse("1999-12-31T23:59:29Z").toEpochMilli();
        assertEquals(30_000, NoticeSender.retryAfter("30", now));
        assertEquals(30_000, NoticeSender.retryAfter("Fri, 31 Dec 1999 23:59:59 GMT", now));
        for (String none : List.of("", "soon", "-5", "Thu, 30 Dec 1999 23:59:59 GMT", "99999999999")) {
            assertEquals(0, NoticeSender.retryAfter(none, now), none);
        }
    }

    @Test
    void oneThatHangsKeepsNobodyElseWaitingAndIsBounded() throws Exception {
        try (HookServer hanging = new HookServer().hanging();
                HookServer good = new HookServer()) {
            for (int i = 0; i < 5_000; i++) {
                sender.hand(address(hanging, Receiver.Format.JSON, null), notice(i), failedDeliveries);
            }
            sender.hand(address(good, Receiver.Format.JSON, null), notice(1), failedDeliveries);
            assertNotNull(good.next(20));
            assertTrue(hanging.waiting() <= 4, "one request at a time");
        }
    }

    @Test
    void noSecretGetsIntoTheLog() throws Exception {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord r) {
                lines.add(new java.util.logging.SimpleFormatter().format(r));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(NoticeSender.class.getName());
        logger.addHandler(handler);
        HookServer server = new HookServer();
        server.close();
        try {
            sender.hand(address(server, Receiver.Format.JSON, "s3cret"), notice(1), failedDeliveries);
            assertTrue(sender.drain(Duration.ofSeconds(20)));
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, lines.size(), lines.toString());
        assertTrue(
                lines.get(0).contains("env:HOOK") && lines.get(0).contains("nothing accepts connections there"),
                lines.get(0));
        assertFalse(lines.get(0).contains("hook-of-the-team"), lines.get(0));
        assertFalse(lines.get(0).contains("s3cret"), lines.get(0));
    }

    /** A mail server that refuses, and one that hangs, keep no webhook waiting. */
    @Test
    void mailSaysWhatTheChatSaysAndIsTriedAgain() throws Exception {
        List<String> sent = new CopyOnWriteArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch hangs = new CountDownLatch(1);
        MailTransport mail = (recipients, subject, text) -> {
            if (tries.incrementAndGet() == 1) {
                throw new IOException("450 later\r\n  please");
            }
            sent.add(recipients + "\n" + subject + "\n" + text);
            try {
                hangs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (HookServer hook = new HookServer();
                NoticeSender both = new NoticeSender(QUICK, InstantSource.system(), mail)) {
            Receiver team = new Receiver(
                    Receiver.Format.MAIL, null, null, null, List.of("a@example.com", "b@example.com"), Topic.USUAL);
            both.hand(
                    new Address(team, team.shown(), null, null, AddressPolicy.UNRESTRICTED),
                    notice(1),
                    failedDeliveries);
            Poll.until("the second try is on its way", () -> sent.size() == 1, Duration.ofSeconds(20));
            assertEquals(
                    "Notification mail a@example.com, b@example.com: not delivered, 1 try, the mail was not sent: 450 later please",
                    FailedDeliveries.words(failedDeliveries.rows().get(0)));
            both.hand(address(hook, Receiver.Format.JSON, null), notice(2), failedDeliveries);
            assertNotNull(hook.next(20));
            hangs.countDown();
            assertTrue(both.drain(Duration.ofSeconds(20)));
        }
        assertEquals(List.of(), failedDeliveries.rows());
        assertEquals("""
                [a@example.com, b@example.com]
                api-gateway v2: Rolled back: <!channel> [click](http://evil.example)
                api-gateway v2: Rolled back: <!channel> [click](http://evil.example)

                rolled back, phase Ramp 1, weight 5%, by ada, job #1

                Gate page: http://ci.example/canary/
                """, sent.get(0));
    }

    @ParameterizedTest
    @EnumSource(
            value = Receiver.Format.class,
            names = {"SLACK", "TEAMS"})
    void whatPeopleWroteIsNoMarkup(Receiver.Format format) throws IOException {
        Address to = new Address(receiver(format), "env:HOOK", null, null, AddressPolicy.UNRESTRICTED);
        JsonNode body = JSON.readTree(Payload.of(to, notice(1), 3));
        if (format == Receiver.Format.SLACK) {
            assertEquals(
                    "api-gateway v2: Rolled back: &lt;!channel&gt; [click](http://evil.example)",
                    body.path("text").asText());
            body.path("blocks")
                    .forEach(b -> b.findValues("type").forEach(t -> assertFalse("mrkdwn".equals(t.asText()))));
            assertEquals(
                    "http://ci.example/canary/",
                    body.at("/blocks/0/accessory/url").asText());
            String about = body.at("/blocks/1/elements/0/text").asText();
            assertEquals("rolled back, phase Ramp 1, weight 5%, by ada, job #1; 3 earlier notices left out", about);
        } else {
            assertEquals("message", body.path("type").asText());
            JsonNode card = body.at("/attachments/0");
            assertEquals(
                    "application/vnd.microsoft.card.adaptive",
                    card.path("contentType").asText());
            assertEquals("AdaptiveCard", card.at("/content/type").asText());
            assertFalse(card.path("content").findValuesAsText("type").contains("TextBlock"), "which takes Markdown");
            assertEquals("Attention", card.at("/content/body/1/inlines/0/color").asText());
        }
        assertArrayEquals(Payload.of(to, notice(1), 3), Payload.of(to, notice(1), 3));
    }
}

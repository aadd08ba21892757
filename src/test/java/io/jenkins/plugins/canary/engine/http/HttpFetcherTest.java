package io.jenkins.plugins.canary.engine.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.testing.RawServer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that mean several things, and answers that are worked on for long: over real connections. */
@Timeout(120)
class HttpFetcherTest {

    private static final String FORBIDDEN = "127.0.0.1";
    private static final AddressPolicy ALL_BUT_ONE =
            (host, port, address) -> address.getHostAddress().equals(FORBIDDEN)
                    ? Optional.of(host + " is " + FORBIDDEN + ", which nobody may ask")
                    : Optional.empty();

    private static InetAddress[] addresses(String... texts) throws UnknownHostException {
        InetAddress[] all = new InetAddress[texts.length];
        for (int i = 0; i < texts.length; i++) {
            all[i] = InetAddress.getByName(texts[i]);
        }
        return all;
    }

    private static CompletableFuture<HttpAnswer> get(HttpFetcher fetcher, RawServer server, String host) {
        return fetcher.fetch(
                HttpCall.to(URI.create("http://" + host + ":" + server.uri().getPort() + "/x")),
                1_000,
                Deadline.in(Duration.ofSeconds(20)));
    }

    private static FetchException refused(CompletableFuture<HttpAnswer> answer) {
        Throwable why = assertThrows(ExecutionException.class, () -> answer.get(30, TimeUnit.SECONDS))
                .getCause();
        return assertInstanceOf(FetchException.class, why);
    }

    /** The name service answers anew each time, and differently: what was checked is what is connected to. */
    @Test
    void nameThatMeansSomethingElseNextTimeLeadsNowhereElse() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpClientPool pool =
                new HttpClientPool(host -> addresses(asked.getAndIncrement() == 0 ? "127.0.0.2" : FORBIDDEN));
        try (RawServer inside = RawServer.json("{}")) {
            FetchException first = refused(get(pool.get(TlsIdentity.SYSTEM, ALL_BUT_ONE), inside, "rebinds.example"));
            assertTrue(first.getMessage().contains("nothing accepts connections there"), first.getMessage());
            FetchException second = refused(get(pool.get(TlsIdentity.SYSTEM, ALL_BUT_ONE), inside, "rebinds.example"));
            assertTrue(
                    second.getMessage().contains("is not connected to: rebinds.example is 127.0.0.1"),
                    second.getMessage());
            assertEquals(List.of(), inside.requests());
            assertEquals(2, asked.get(), "once for each request");
        }
    }

    /** A connection that somebody with more rights keeps open is nobody else's way in. */
    @Test
    void openConnectionOfOneWhoMayIsNotUsedForOneWhoMayNot() throws Exception {
        HttpClientPool pool = new HttpClientPool();
        try (RawServer inside = RawServer.json("{}")) {
            assertEquals(
                    200,
                    get(pool.get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED), inside, FORBIDDEN)
                            .get(30, TimeUnit.SECONDS)
                            .status());
            refused(get(pool.get(TlsIdentity.SYSTEM, ALL_BUT_ONE), inside, FORBIDDEN));
            assertEquals(1, inside.requests().size());
        }
    }

    @Test
    void oneRefusedAddressOfSeveralRefusesTheName() throws Exception {
        HttpClientPool pool = new HttpClientPool(host -> addresses("127.0.0.2", FORBIDDEN));
        try (RawServer inside = RawServer.json("{}")) {
            assertTrue(refused(get(pool.get(TlsIdentity.SYSTEM, ALL_BUT_ONE), inside, "both.example"))
                    .getMessage()
                    .contains("is not connected to"));
            assertEquals(List.of(), inside.requests());
        }
    }

    @Test
    void nextAddressIsTriedWhereNobodyListens() throws Exception {
        HttpClientPool pool = new HttpClientPool(host -> addresses("127.0.0.3", "127.0.0.1"));
        try (RawServer server = RawServer.json("{}")) {
            HttpAnswer answer = get(pool.get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED), server, "two.example")
                    .get(30, TimeUnit.SECONDS);
            assertEquals(200, answer.status());
            assertTrue(
                    server.requests()
                            .get(0)
                            .contains("Host: two.example:" + server.uri().getPort()),
                    server.requests().get(0));
        }
    }

    /** Every fetcher but one computes over its answers for ever. */
    @Test
    void longWorkOverAnswersHoldsUpNobodyElse() throws Exception {
        HttpClientPool pool = new HttpClientPool();
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer server = RawServer.json("{}")) {
            List<CompletableFuture<String>> slow = new ArrayList<>();
            for (int plan = 0; plan < HttpThreads.THREADS / HttpThreads.LANE_THREADS - 1; plan++) {
                HttpFetcher hostile = pool.get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
                for (int i = 0; i < 5; i++) {
                    slow.add(work(hostile, server, () -> await(over)));
                }
            }
            HttpFetcher good = pool.get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
            for (int i = 0; i < 20; i++) {
                String thread = work(good, server, () -> {}).get(10, TimeUnit.SECONDS);
                assertTrue(thread.matches("canary-http-\\d+"), thread);
            }
            assertFalse(slow.stream().anyMatch(CompletableFuture::isDone));
            over.countDown();
            for (CompletableFuture<String> done : slow) {
                assertTrue(done.get(30, TimeUnit.SECONDS).matches("canary-http-\\d+"));
            }
        }
    }

    /** The name of the thread on which an answer was worked on. */
    private static CompletableFuture<String> work(HttpFetcher fetcher, RawServer server, Runnable work) {
        return fetcher.fetch(HttpCall.to(server.uri()), 1_000, Deadline.in(Duration.ofSeconds(20)), answer -> {
            work.run();
            return Thread.currentThread().getName();
        });
    }

    /** However badly: the answer's reader has it, and the next answer is read all the same. */
    @Test
    void readerThatFailsFailsAlone() throws Exception {
        HttpFetcher fetcher = new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
        try (RawServer server = RawServer.json("{}")) {
            for (int i = 0; i < HttpThreads.THREADS * 2; i++) {
                CompletableFuture<String> failed = work(fetcher, server, () -> {
                    throw new StackOverflowError();
                });
                assertInstanceOf(
                        StackOverflowError.class,
                        assertThrows(ExecutionException.class, () -> failed.get(30, TimeUnit.SECONDS))
                                .getCause());
            }
            work(fetcher, server, () -> {}).get(30, TimeUnit.SECONDS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A time that is over is told on our threads as well: the virtual machine's timer is everybody's. */
    @Test
    void timeThatIsOverIsToldOnOurThreads() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer silent = new RawServer((socket, out) -> over.await(60, TimeUnit.SECONDS))) {
            HttpFetcher fetcher = new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
            String thread = fetcher.send(HttpCall.to(silent.uri()), 10, Deadline.in(Duration.ofMillis(300)))
                    .handle((answer, fault) -> Thread.currentThread().getName())
                    .get(30, TimeUnit.SECONDS);
            over.countDown();
            assertTrue(thread.matches("canary-http-\\d+"), thread);
        }
    }

    @Test
    void whoAsksForTooMuchIsToldAtOnceAndNobodyElseIs() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer silent = new RawServer((socket, out) -> over.await(60, TimeUnit.SECONDS));
                RawServer quick = RawServer.json("{}")) {
            HttpClientPool pool = new HttpClientPool();
            HttpFetcher greedy = pool.get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
            List<CompletableFuture<HttpAnswer>> open = new ArrayList<>();
            for (int i = 0; i < HttpThreads.MOST_UNDER_WAY_IN_LANE; i++) {
                open.add(get(greedy, silent, "127.0.0.1"));
            }
            FetchException busy = refused(get(greedy, silent, "127.0.0.1"));
            assertTrue(busy.getMessage().contains("too many requests are waiting"), busy.getMessage());
            assertEquals(
                    200,
                    get(pool.get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED), quick, "127.0.0.1")
                            .get(30, TimeUnit.SECONDS)
                            .status());
            open.forEach(answer -> answer.cancel(true));
            over.countDown();
            CompletableFuture<HttpAnswer> again = get(greedy, quick, "127.0.0.1");
            for (int i = 0; i < 100 && again.isCompletedExceptionally(); i++) {
                Thread.sleep(50);
                again = get(greedy, quick, "127.0.0.1");
            }
            assertEquals(200, again.get(30, TimeUnit.SECONDS).status(), "what was hung up on makes room");
        }
    }

    /** What came may be anybody's: the sentence tells the kind of fault and repeats nothing. */
    @Test
    void whatIsNotHttpIsNotRepeated() throws Exception {
        try (RawServer other =
                new RawServer((socket, out) -> out.write("+OK password=TOP-SECRET\r\n\r\n".getBytes()))) {
            FetchException fault = refused(
                    get(new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED), other, "127.0.0.1"));
            assertTrue(fault.getMessage().contains("what came is not HTTP"), fault.getMessage());
            assertFalse(fault.getMessage().contains("SECRET"), fault.getMessage());
        }
    }
}

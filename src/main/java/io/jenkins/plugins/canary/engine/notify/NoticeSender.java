package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.Backoff;
import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.notify.DeliveryQueue.Delivery;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Delivers notices over HTTP and by mail, on threads of its own, whatever the other side does: one request at a time to each address,
 * paced, tried again with growing pauses, given up in the end. Handing a notice over never blocks. Redirects are not
 * followed; answers are not read. One for a whole process; any thread.
 */
public final class NoticeSender implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger(NoticeSender.class.getName());
    private static final int MOST_LANES = 200;
    private static final int LONGEST_REASON = 200;
    private static final long LONGEST_WAIT_MILLIS = TimeUnit.DAYS.toMillis(1);

    /**
     * @param gap between two requests to one address
     * @param timeout for a request and its whole answer
     * @param firstPause before the second attempt; doubled each time
     * @param lastPause the longest, also of those that the other side asks for
     */
    public record Pace(Duration gap, Duration timeout, Duration firstPause, Duration lastPause, int attempts) {
        /** Slack takes about one message a second. */
        public static final Pace USUAL = new Pace(
                Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofMinutes(2), 8);

        /**
         * How long to wait after a failed attempt, in milliseconds; never less than was asked for.
         *
         * @param asked what the other side wants, in milliseconds; 0 for nothing
         */
        long pause(int attempt, long asked, double random) {
            Backoff backoff = new Backoff(firstPause.toMillis(), lastPause.toMillis());
            return Math.max(backoff.pause(attempt - 1, random), Math.min(lastPause.toMillis(), asked));
        }
    }

    private final Pace pace;
    private final InstantSource clock;
    private final MailTransport mail;
    private final ScheduledThreadPoolExecutor desk;
    /** A mail server that hangs keeps no webhook waiting. */
    private final ScheduledThreadPoolExecutor mailDesk;

    private final HttpClientPool http = new HttpClientPool();
    private final Map<String, DeliveryQueue> queues = new HashMap<>();

    /** Without mail. */
    public NoticeSender(InstantSource clock) {
        this(Pace.USUAL, clock, null);
    }

    /** @param mail sends mails; null where nothing does */
    public NoticeSender(Pace pace, InstantSource clock, MailTransport mail) {
        this.pace = pace;
        this.clock = clock;
        this.mail = mail;
        desk = desk("canary-notify");
        mailDesk = desk("canary-mail");
    }

    /** A thread that is there while there is something to do. */
    private static ScheduledThreadPoolExecutor desk(String name) {
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
        ScheduledThreadPoolExecutor desk = new ScheduledThreadPoolExecutor(1, threads);
        desk.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return desk;
    }

    boolean sendsMail() {
        return mail != null;
    }

    /** Takes a notice on its way. Returns at once; too many for one address push the oldest out. */
    synchronized void hand(Address to, Notice notice, FailedDeliveries listener) {
        DeliveryQueue queue = queues.get(to.queue());
        if (queue == null) {
            queues.values().removeIf(DeliveryQueue::isIdle);
            if (queues.size() >= MOST_LANES) {
                LOGGER.log(
                        Level.WARNING,
                        "Nobody at {0} was told of {1} of rollout {2}: notices wait for {3} other addresses",
                        new Object[] {to, notice.kind(), notice.rollout().id(), MOST_LANES});
                return;
            }
            queue = new DeliveryQueue();
            queues.put(to.queue(), queue);
        }
        queue.add(new Delivery(to, notice, listener));
        work(queue);
    }

    /** Has somebody look after a queue, unless somebody does. */
    private void work(DeliveryQueue queue) {
        if (queue.claim()) {
            later(() -> send(queue), 0);
        }
    }

    private void later(Runnable task, long millis) {
        later(desk, task, millis);
    }

    private static void later(ScheduledThreadPoolExecutor desk, Runnable task, long millis) {
        try {
            desk.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOGGER.log(Level.FINE, "Notices stay behind: the process ends", closed);
        }
    }

    private void send(DeliveryQueue queue) {
        Delivery delivery;
        long leftOut;
        int attempt;
        synchronized (this) {
            delivery = queue.head();
            leftOut = queue.leftOut();
            attempt = queue.attempt();
        }
        if (delivery.to().format() == Receiver.Format.MAIL) {
            later(mailDesk, () -> mail(queue, delivery, attempt, leftOut), 0);
            return;
        }
        HttpCall request;
        try {
            request = request(delivery, leftOut);
        } catch (RuntimeException e) {
            done(
                    queue,
                    delivery,
                    attempt,
                    0,
                    "it cannot be asked: " + e.getClass().getSimpleName());
            return;
        }
        http.get(TlsIdentity.SYSTEM, delivery.to().addresses())
                .post(request, Deadline.in(pace.timeout()))
                .whenComplete((response, fault) -> judge(queue, delivery, attempt, response, fault));
    }

    private void mail(DeliveryQueue queue, Delivery delivery, int attempt, long leftOut) {
        String why = null;
        try {
            Notice notice = delivery.notice();
            mail.send(delivery.to().receiver().recipients(), Payload.subject(notice), Payload.text(notice, leftOut));
        } catch (IOException | RuntimeException | LinkageError e) {
            LOGGER.log(Level.FINE, "A mail was not sent", e);
            why = "the mail was not sent: "
                    + PlainText.line(Payload.cut(String.valueOf(e.getMessage()), LONGEST_REASON));
        }
        judge(queue, delivery, attempt, why, true, 0);
    }

    private HttpCall request(Delivery delivery, long leftOut) {
        byte[] body = Payload.of(delivery.to(), delivery.notice(), leftOut);
        HttpCall request = HttpCall.to(delivery.to().url())
                .method("POST", body)
                .header(
                        "Content-Type",
                        delivery.to().format() == Receiver.Format.CDEVENTS
                                ? CdEvents.CONTENT_TYPE
                                : "application/json; charset=utf-8");
        if (delivery.to().format() != Receiver.Format.JSON) {
            return request;
        }
        request.header("X-Canary-Delivery", delivery.notice().id());
        if (delivery.to().key() != null) {
            long seconds = clock.millis() / 1_000;
            request.header("X-Canary-Timestamp", String.valueOf(seconds))
                    .header("X-Canary-Signature", signature(delivery.to().key(), seconds, body));
        }
        return request;
    }

    /**
     * Proves to whoever shares the key that a notice is ours, whole and recent: HMAC-SHA256 (RFC 2104) over the time stamp, a
     * full stop and the body.
     *
     * @param seconds since the epoch, as sent beside the signature
     */
    static String signature(String key, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    /**
     * How long an answer's {@code Retry-After}, which is seconds or a moment (RFC 9110, 10.2.3), asks to wait, in milliseconds,
     * a day at most; 0 when the value is neither.
     */
    static long retryAfter(String value, long now) {
        if (value.matches("\\d{1,9}")) {
            return Math.min(LONGEST_WAIT_MILLIS, Long.parseLong(value) * 1_000);
        }
        try {
            Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Math.max(0, Math.min(LONGEST_WAIT_MILLIS, then.toEpochMilli() - now));
        } catch (DateTimeException | ArithmeticException neither) {
            return 0;
        }
    }

    private void judge(DeliveryQueue queue, Delivery delivery, int attempt, HttpAnswer response, Throwable fault) {
        int status = response == null ? 0 : response.status();
        if (status >= 200 && status < 300) {
            judge(queue, delivery, attempt, null, false, 0);
            return;
        }
        // Its text may hold the address, which is a secret: the kind of the fault is told, and nothing else.
        String why = response == null ? "it does not answer (" + kind(fault) + ")" : "it answered " + status;
        if (status == 400 && delivery.to().format() == Receiver.Format.PAGERDUTY) {
            why += ": check the routing key";
        }
        boolean again = response == null || status == 408 || status == 429 || status >= 500;
        String header = response == null
                ? ""
                : response.headers().firstValue("Retry-After").orElse("");
        judge(queue, delivery, attempt, why, again, retryAfter(header, clock.millis()));
    }

    /**
     * @param why it was not delivered; null when it was
     * @param again whether it may be tried again
     * @param asked how long the other side wants to be left alone, in milliseconds
     */
    private void judge(DeliveryQueue queue, Delivery delivery, int attempt, String why, boolean again, long asked) {
        if (why != null && again && attempt < pace.attempts()) {
            LOGGER.log(Level.FINE, "{0}: {1}; tried again", new Object[] {delivery.to(), why});
            delivery.listener().failed(delivery.to(), delivery.notice(), attempt, why, false, clock.millis());
            long pause = pace.pause(attempt, asked, ThreadLocalRandom.current().nextDouble());
            later(() -> send(queue), pause);
        } else {
            done(queue, delivery, attempt, pace.gap().toMillis(), why);
        }
    }

    private static String kind(Throwable fault) {
        Throwable cause = HttpFetcher.cause(fault);
        return cause instanceof FetchException f ? f.kind() : cause.getClass().getSimpleName();
    }

    /** @param why null when the delivery was delivered */
    private void done(DeliveryQueue queue, Delivery delivery, int tries, long pause, String why) {
        if (why == null) {
            delivery.listener().delivered(delivery.to());
        } else {
            Notice notice = delivery.notice();
            delivery.listener().failed(delivery.to(), notice, tries, why, true, clock.millis());
            Object[] what = {delivery.to(), notice.kind(), notice.rollout().id(), why};
            LOGGER.log(Level.WARNING, "Nobody at {0} was told of {1} of rollout {2}: {3}", what);
        }
        synchronized (this) {
            queue.done(why == null);
        }
        later(() -> next(queue), pause);
    }

    private synchronized void next(DeliveryQueue queue) {
        queue.release();
        work(queue);
    }

    /** Does something that may take a while, and that notices may wait for. */
    void apart(Runnable task) {
        later(task, 0);
    }

    /** Waits for what is on its way, but not for long. */
    public boolean drain(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < end) {
            synchronized (this) {
                if (queues.values().stream().allMatch(l -> l.head() == null)) {
                    return true;
                }
            }
            Thread.sleep(20);
        }
        return false;
    }

    @Override
    public void close() {
        desk.shutdownNow();
        mailDesk.shutdownNow();
    }
}

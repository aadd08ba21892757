package io.jenkins.plugins.canary.webhook;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Reads the bodies of requests by strangers: within a size and a time, and a few at once, so that whoever sends slowly
 * holds none of the controller's threads for long.
 */
final class BoundedBody {

    private static final int MOST_AT_ONCE = 8;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_MILLIS = 5;

    private static final Semaphore PLACES = new Semaphore(MOST_AT_ONCE);

    private BoundedBody() {}

    /** Why a body was not read. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient FlaggerGates.Answer answer;

        Refused(int status, String text) {
            super(text);
            this.answer = new FlaggerGates.Answer(status, text);
        }

        FlaggerGates.Answer answer() {
            return answer;
        }
    }

    /** @throws Refused when it is too large, too slow or one too many; the connection should be closed then */
    static byte[] read(HttpServletRequest request) throws IOException, Refused {
        long length = request.getContentLengthLong();
        if (length > FlaggerGates.LONGEST_BODY) {
            throw new Refused(413, "that is longer than any question of Flagger's");
        }
        if (length < 0) {
            throw new Refused(411, "the request has no Content-Length");
        }
        if (!PLACES.tryAcquire()) {
            throw new Refused(429, "too many requests at once; ask again");
        }
        try (InputStream body = request.getInputStream()) {
            return read(body, (int) length);
        } finally {
            PLACES.release();
        }
    }

    /** Reads what has arrived and never waits in a read, which would have no end of its own. */
    private static byte[] read(InputStream body, int length) throws IOException, Refused {
        long begun = System.nanoTime();
        ByteArrayOutputStream read = new ByteArrayOutputStream(length);
        byte[] part = new byte[8_192];
        while (read.size() < length) {
            int arrived = Math.min(body.available(), Math.min(part.length, length - read.size()));
            if (arrived > 0) {
                int got = body.read(part, 0, arrived);
                if (got < 0) {
                    break;
                }
                read.write(part, 0, got);
                continue;
            }
            if (System.nanoTime() - begun > DEADLINE_NANOS) {
                throw new Refused(408, "the body did not arrive in time");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Refused(503, "the server stops");
            }
        }
        return read.toByteArray();
    }
}

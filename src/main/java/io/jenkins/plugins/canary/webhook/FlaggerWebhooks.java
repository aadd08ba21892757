package io.jenkins.plugins.canary.webhook;

import hudson.Extension;
import hudson.model.UnprotectedRootAction;
import hudson.security.csrf.CrumbExclusion;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates;
import io.jenkins.plugins.canary.engine.view.Refusal;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/**
 * {@code canary-flagger/confirm-promotion} and the like: where Flagger asks whether it may go on. Flagger has no account
 * here and no crumb; it is known by the token of the rollout's plan, without which nobody is told anything.
 */
@Extension
public final class FlaggerWebhooks implements UnprotectedRootAction {

    private static final String ADDRESS = "canary-flagger";

    /** Answers {@code POST TYPE} with 200 for yes and a refusal for no; the text is for Flagger's log. */
    public void doDynamic(StaplerRequest2 req, StaplerResponse2 rsp) throws IOException {
        FlaggerGates.Answer answer;
        if (req.getMethod().equals("POST")) {
            try {
                answer = FlaggerGates.answer(req.getRestOfPath().replaceFirst("^/", ""), BoundedBody.read(req));
            } catch (Refusal e) {
                answer = new FlaggerGates.Answer(e.status(), e.getMessage());
                // What was not read must not be taken for the next request.
                rsp.setHeader("Connection", "close");
            }
        } else {
            answer = new FlaggerGates.Answer(HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Flagger posts its questions");
        }
        byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
        rsp.setStatus(answer.status());
        rsp.setContentType("text/plain;charset=UTF-8");
        rsp.setHeader("X-Content-Type-Options", "nosniff");
        rsp.setContentLength(text.length);
        rsp.getOutputStream().write(text);
    }

    @Override
    public String getIconFileName() {
        return null;
    }

    @Override
    public String getDisplayName() {
        return null;
    }

    @Override
    public String getUrlName() {
        return ADDRESS;
    }

    /** A crumb guards a browser's session; the token in the body is what counts here, and a browser does not know it. */
    @Extension
    public static final class WithoutCrumb extends CrumbExclusion {

        @Override
        public boolean process(HttpServletRequest req, HttpServletResponse rsp, FilterChain chain)
                throws IOException, ServletException {
            String path = req.getPathInfo();
            if (path == null || !path.startsWith("/" + ADDRESS + "/")) {
                return false;
            }
            chain.doFilter(req, rsp);
            return true;
        }
    }

    /**
     * Reads the bodies of requests by strangers: within a size and a time, and a few at once, so that whoever sends slowly
     * holds none of the controller's threads for long.
     */
    static final class BoundedBody {

        private static final int MOST_AT_ONCE = 8;
        private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(5);
        private static final long PAUSE_MILLIS = 5;

        private static final Semaphore PLACES = new Semaphore(MOST_AT_ONCE);

        private BoundedBody() {}

        /** @throws Refusal when it is too large, too slow or one too many; the connection should be closed then */
        static byte[] read(HttpServletRequest request) throws IOException, Refusal {
            long length = request.getContentLengthLong();
            if (length > FlaggerGates.LONGEST_BODY) {
                throw new Refusal(413, "that is longer than any question of Flagger's");
            }
            if (length < 0) {
                throw new Refusal(411, "the request has no Content-Length");
            }
            if (!PLACES.tryAcquire()) {
                throw new Refusal(429, "too many requests at once; ask again");
            }
            try (InputStream body = request.getInputStream()) {
                return read(body, (int) length);
            } finally {
                PLACES.release();
            }
        }

        /** Reads what has arrived and never waits in a read, which would have no end of its own. */
        private static byte[] read(InputStream body, int length) throws IOException, Refusal {
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
                    throw new Refusal(408, "the body did not arrive in time");
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new Refusal(503, "the server stops");
                }
            }
            return read.toByteArray();
        }
    }
}

package io.jenkins.plugins.canary.rollouts;

import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.StaplerResponse2;

/** JSON as the gate page reads it; a reader that has the same already gets 304 and no body. */
final class JsonReply implements HttpResponse {

    private final int status;
    private final byte[] body;

    private JsonReply(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    /** What is answered, or a refusal. */
    interface Answering {
        byte[] answer() throws Refusal, IOException;
    }

    /** @param language of the reader, for a refusal; null or "" for English */
    static JsonReply of(String language, Answering answering) {
        try {
            return new JsonReply(HttpServletResponse.SC_OK, answering.answer());
        } catch (Refusal e) {
            return refused(e, language);
        } catch (IOException e) {
            return refused(new Refusal(HttpServletResponse.SC_NOT_FOUND, e.getMessage()), language);
        }
    }

    private static JsonReply refused(Refusal refusal, String language) {
        return new JsonReply(refusal.status(), RolloutApi.refused(refusal, language));
    }

    @Override
    public void generateResponse(StaplerRequest2 req, StaplerResponse2 rsp, Object node) throws IOException {
        String tag = '"' + Sha256.hex(body).substring(0, 24) + '"';
        rsp.setHeader("Cache-Control", "no-cache, private");
        rsp.setHeader("X-Content-Type-Options", "nosniff");
        rsp.setContentType("application/json;charset=UTF-8");
        if (status == HttpServletResponse.SC_OK && req.getMethod().equals("GET")) {
            rsp.setHeader("ETag", tag);
            if (tag.equals(req.getHeader("If-None-Match"))) {
                rsp.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
                return;
            }
        }
        rsp.setStatus(status);
        rsp.setContentLength(body.length);
        rsp.getOutputStream().write(body);
    }
}

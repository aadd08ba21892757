package io.jenkins.plugins.canary.webhook;

import hudson.Extension;
import hudson.model.UnprotectedRootAction;
import hudson.security.csrf.CrumbExclusion;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
            } catch (BoundedBody.Refused e) {
                answer = e.answer();
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
}

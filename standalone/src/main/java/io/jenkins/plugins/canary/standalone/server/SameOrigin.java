package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Refusal;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps other sites' pages out of a server that listens on the loopback address without a sign-in. A name of theirs
 * that resolves to 127.0.0.1 is not answered; a form or script of theirs cannot set the header that every change needs,
 * and names an origin that is not ours.
 */
final class SameOrigin extends Handler.Wrapper {

    static final String HEADER = "X-Requested-With";

    private static final Set<String> OURS = Set.of("127.0.0.1", "localhost", "[::1]");

    SameOrigin(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String refusal = refusal(request);
        if (refusal == null) {
            return super.handle(request, response, callback);
        }
        GateHandler.refuse(response, callback, new Refusal(403, refusal));
        return true;
    }

    private static String refusal(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        if (host == null || !OURS.contains(host.replaceFirst(":\\d+$", ""))) {
            return "this page is served to 127.0.0.1 and localhost only, not to another host name";
        }
        if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
            return null;
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !origin.equals("http://" + host)) {
            return "changes are taken from this page only, not from another site";
        }
        return request.getHeaders().get(HEADER) == null
                ? "changes need the header " + HEADER + ", which another site's page cannot send"
                : null;
    }
}

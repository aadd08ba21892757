package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Person;
import io.jenkins.plugins.canary.engine.view.Refusal;
import io.jenkins.plugins.canary.engine.view.RolloutApi;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Serves the gate page of one rollout to the browsers of this machine: on 127.0.0.1 only, without a sign-in. Whoever
 * has an account here may look and decide, which is why pages of other sites are kept out ({@link SameOrigin}).
 */
public final class GateServer implements AutoCloseable {

    private final PlainServer server;

    private GateServer(PlainServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for a free one
     * @param person in whose name the buttons act
     * @throws IOException when the port is taken; the message says what to do
     */
    public static GateServer start(RolloutApi api, Person person, int port) throws IOException {
        try {
            return new GateServer(PlainServer.start(
                    "canary-page",
                    new InetSocketAddress("127.0.0.1", port),
                    false,
                    new SameOrigin(new GateHandler(api, person))));
        } catch (IOException e) {
            throw taken(e)
                    ? new IOException("port " + port + " of 127.0.0.1 is taken by another program: stop it, or choose "
                            + "another port (0 finds a free one)")
                    : new IOException("the gate page cannot be served on port " + port + ": " + e.getMessage(), e);
        }
    }

    private static boolean taken(Throwable e) {
        return e instanceof BindException || e.getCause() != null && taken(e.getCause());
    }

    /** The page's address. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
    }

    @Override
    public void close() {
        server.close();
    }

    /**
     * Keeps other sites' pages out of a server that listens on the loopback address without a sign-in. A name of theirs
     * that resolves to 127.0.0.1 is not answered; a form or script of theirs cannot set the header that every change needs,
     * and names an origin that is not ours.
     */
    static final class SameOrigin extends Handler.Wrapper {

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
}

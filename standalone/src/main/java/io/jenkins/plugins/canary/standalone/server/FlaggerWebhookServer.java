package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.GateListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Takes Flagger's webhooks on the command line, with the server that the gate page has too. */
public final class FlaggerWebhookServer implements GateListener {

    private static final int MOST_BODIES = 64;
    private static final Duration BODY_DEADLINE = Duration.ofSeconds(5);

    @Override
    public Runnable listen(InetSocketAddress listen) throws RouterException {
        try {
            return PlainServer.start("canary-flagger", listen, true, new Asked())::close;
        } catch (IOException e) {
            throw RouterException.permanent("webhook.listen: cannot take Flagger's requests on "
                    + listen.getHostString() + ":" + listen.getPort() + ": " + e.getMessage());
        }
    }

    private static final class Asked extends Handler.Abstract {

        private final PlainServer.RequestBody bodies =
                new PlainServer.RequestBody(FlaggerGates.LONGEST_BODY, BODY_DEADLINE, MOST_BODIES);

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            // Flagger asks every few seconds; a connection that is kept would take the place of another one.
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            if (!request.getMethod().equals("POST")) {
                answer(response, callback, new FlaggerGates.Answer(405, "Flagger posts its questions"));
                return true;
            }
            String path = Request.getPathInContext(request);
            String type = path.substring(path.lastIndexOf('/') + 1);
            bodies.read(
                    request,
                    callback,
                    body -> answer(response, callback, FlaggerGates.answer(type, body)),
                    refusal -> answer(
                            response, callback, new FlaggerGates.Answer(refusal.status(), refusal.getMessage())));
            return true;
        }

        private static void answer(Response response, Callback callback, FlaggerGates.Answer answer) {
            byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
            PlainServer.answer(response, callback, answer.status(), "text/plain;charset=utf-8", text);
        }
    }
}

package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerGates;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.GateListener;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Takes Flagger's webhooks on the command line, with the server that the gate page has too. */
public final class FlaggerWebhooks implements GateListener {

    private static final int THREADS = 4;
    private static final long IDLE_MILLIS = 15_000;

    @Override
    public Runnable listen(InetSocketAddress listen) throws RouterException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName("canary-flagger");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(listen.getHostString());
        connector.setPort(listen.getPort());
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setHandler(new Asked());
        server.setErrorHandler(new PlainErrors());
        try {
            server.start();
        } catch (Exception e) {
            stop(server);
            throw RouterException.permanent("webhook.listen: cannot take Flagger's requests on "
                    + listen.getHostString() + ":" + listen.getPort() + ": "
                    + (e.getCause() == null ? e : e.getCause()).getMessage());
        }
        return () -> stop(server);
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            // It serves nobody any more; there is nothing else to give back.
        }
    }

    private static final class Asked extends Handler.Abstract {

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            FlaggerGates.Answer answer;
            if (request.getMethod().equals("POST")) {
                try (InputStream body = Content.Source.asInputStream(request)) {
                    String path = Request.getPathInContext(request);
                    answer = FlaggerGates.answer(path.substring(path.lastIndexOf('/') + 1),
                            body.readNBytes(FlaggerGates.LONGEST_BODY + 1));
                }
            } else {
                answer = new FlaggerGates.Answer(405, "Flagger posts its questions");
            }
            response.setStatus(answer.status());
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
            response.write(true, java.nio.ByteBuffer.wrap(answer.text().getBytes(StandardCharsets.UTF_8)), callback);
            return true;
        }
    }
}

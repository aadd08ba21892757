package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.Refusal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** What every server of the command line has: few daemon threads, no word about itself, and errors in one sentence. */
final class PlainServer implements AutoCloseable {

    private static final int THREADS = 8;
    private static final long IDLE_MILLIS = 15_000;
    private static final int MOST_CONNECTIONS = 256;

    private final Server server;
    private final ServerConnector connector;

    private PlainServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * @param name of its threads
     * @param strangers whether it is not for this machine alone: then connections are limited, in number and in idle time
     * @throws IOException when the address cannot be had; the message is the cause's
     */
    static PlainServer start(String name, InetSocketAddress at, boolean strangers, Handler handler) throws IOException {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
        threads.setName(name);
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(at.getHostString());
        connector.setPort(at.getPort());
        if (strangers) {
            connector.setIdleTimeout(IDLE_MILLIS);
            connector.addBean(new OpenConnections(MOST_CONNECTIONS));
        }
        server.addConnector(connector);
        server.setHandler(handler);
        server.setErrorHandler(new PlainErrors());
        PlainServer started = new PlainServer(server, connector);
        try {
            server.start();
            return started;
        } catch (Exception e) {
            started.close();
            throw new IOException((e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(connector.getHost(), connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // It serves nobody any more; there is nothing else to give back.
        }
    }

    /** Answers what the server itself refuses in one sentence, without a stack trace. */
    static final class PlainErrors implements Request.Handler {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            int status = response.getStatus();
            GateHandler.refuse(response, callback, new Refusal(status, HttpStatus.getMessage(status)));
            return true;
        }
    }

    /** Keeps a server at so many connections: one more, and the oldest is closed, since whoever means well is done soonest. */
    static final class OpenConnections implements Connection.Listener {

        private final int most;
        private final Set<Connection> open = new LinkedHashSet<>();

        OpenConnections(int most) {
            this.most = most;
        }

        @Override
        public void onOpened(Connection connection) {
            Connection oldest = null;
            synchronized (open) {
                if (open.size() == most) {
                    Iterator<Connection> all = open.iterator();
                    oldest = all.next();
                    all.remove();
                }
                open.add(connection);
            }
            if (oldest != null) {
                oldest.getEndPoint().close();
            }
        }

        @Override
        public void onClosed(Connection connection) {
            synchronized (open) {
                open.remove(connection);
            }
        }
    }
}

package io.jenkins.plugins.canary.standalone.dataplane;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands before a server, and can be made to refuse everybody: an outage that no other user of the server notices. */
final class TcpForwarder implements AutoCloseable {

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String host;
    private final int port;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean down;

    TcpForwarder(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        daemon(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Closes what is open, and hangs up on whoever connects. */
    void down() {
        down = true;
        open.forEach(TcpForwarder::hangUp);
    }

    void up() {
        down = false;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tcp-forwarder");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (down) {
                    hangUp(client);
                    continue;
                }
                Socket server = new Socket(host, port);
                open.addAll(List.of(client, server));
                daemon(() -> pump(client, server));
                daemon(() -> pump(server, client));
            } catch (IOException closedOrRefused) {
                // the loop ends with the socket; a server that refuses is the client's to notice
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException hungUp) {
            // the other side is closed with this one
        } finally {
            open.removeAll(List.of(from, to));
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // that is what was wanted
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(TcpForwarder::hangUp);
    }
}

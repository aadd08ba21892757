package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and hangs up when the answers to chosen requests come: they were done, unheard. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private final String method;
    private final AtomicInteger cuts;

    /**
     * @param method requests of this kind lose their answer
     * @param cuts how many of them
     */
    CuttingProxy(int server, String method, int cuts) throws IOException {
        this.server = server;
        this.method = method;
        this.cuts = new AtomicInteger(cuts);
        start(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort() + "/";
    }

    int left() {
        return cuts.get();
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
                boolean[] cut = new boolean[1];
                start(() -> pump(client, upstream, cut, true));
                start(() -> pump(upstream, client, cut, false));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void pump(Socket from, Socket to, boolean[] cut, boolean requests) {
        byte[] buffer = new byte[64 << 10];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (requests) {
                    String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    cut[0] |= text.startsWith(method + " ") && cuts.getAndUpdate(c -> Math.max(0, c - 1)) > 0;
                } else if (cut[0]) {
                    return;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException hungUp) {
            // the other side is closed with this one
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}

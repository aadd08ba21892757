package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between the rollout and HAProxy's Runtime API, and can hold back what changes a weight: the moment between an
 * intent and its reading back, made as long as a test needs it.
 */
final class HoldingSocket implements AutoCloseable {

    enum Mode {
        PASS,
        /** HAProxy does what it is asked; the one who asked never hears of it. */
        SWALLOW_ANSWER,
        /** HAProxy never hears of it. */
        SWALLOW_COMMAND
    }

    private final HaproxyProcess haproxy;
    private final ServerSocket server;
    private final List<String> shifts = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.PASS;

    HoldingSocket(HaproxyProcess haproxy) throws IOException {
        this.haproxy = haproxy;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::accept, "holding-socket");
        thread.setDaemon(true);
        thread.start();
    }

    String address() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    void mode(Mode mode) {
        this.mode = mode;
    }

    /** Every command that changes a weight, as it was sent. */
    List<String> shifts() {
        return shifts;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket), "holding-socket-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String command = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            if (command == null) {
                return;
            }
            boolean shift = command.contains("set server");
            Mode now = mode;
            String answer = shift && now == Mode.SWALLOW_COMMAND ? "" : haproxy.ask(command);
            if (shift) {
                shifts.add(command);
            }
            if (shift && now != Mode.PASS) {
                // Until the other side is gone.
                socket.getInputStream().read();
                return;
            }
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        } catch (IOException hungUp) {
            // The rollout was killed, as the test wants it.
        } catch (Exception noAnswer) {
            // HAProxy did not answer: the closed connection says so.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

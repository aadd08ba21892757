package io.jenkins.plugins.canary.engine.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A server on a free loopback port that reads a request and then writes to the bare connection whatever a test wants. */
public final class RawServer implements AutoCloseable {

    /** Writes one answer. What it throws when the client has hung up is expected. */
    @FunctionalInterface
    public interface Reply {
        void to(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server;
    /** What is done with a request, head and body. */
    @FunctionalInterface
    private interface Handler {
        void handle(String request, Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final Handler handler;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    public RawServer(Reply reply) throws IOException {
        this((request, socket, out) -> reply.to(socket, out));
    }

    private RawServer(Handler handler) throws IOException {
        this.handler = handler;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread acceptor = new Thread(this::accept, "raw-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** A server that answers each request, head and body, with a JSON document. */
    public static RawServer answering(UnaryOperator<String> answers) throws IOException {
        return new RawServer((request, socket, out) -> {
            byte[] bytes = answers.apply(request).getBytes(StandardCharsets.UTF_8);
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(bytes);
        });
    }

    /** A server that answers everything with this text, lines ended with \n in the head and all. */
    public static RawServer of(String head, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new RawServer((socket, out) -> {
            out.write(("HTTP/1.1 " + head.strip().replace("\n", "\r\n") + "\r\nContent-Length: " + bytes.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(bytes);
        });
    }

    public static RawServer json(String body) throws IOException {
        return of("200 OK\nContent-Type: application/json", body);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Head and body of each request so far, as sent. */
    public List<String> requests() {
        return requests;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread t = new Thread(() -> serve(socket), "raw-server-connection");
                t.setDaemon(true);
                t.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String request = request(socket.getInputStream());
            if (!request.isEmpty()) {
                requests.add(request);
                handler.handle(request, socket, socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException hungUp) {
            // the client has seen enough
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        int c;
        while (head.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0) {
            head.append((char) c);
        }
        int length = head.toString()
                .lines()
                .filter(l -> l.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(l -> Integer.parseInt(l.substring(15).trim()))
                .findFirst()
                .orElse(0);
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}

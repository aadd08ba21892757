package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One question and one answer on HAProxy's Runtime API. Every call opens a connection of its own: HAProxy closes it
 * after the answer. Keeps no state, so any thread may use it.
 *
 * <p>Protocol: HAProxy Management Guide, "Unix Socket commands": commands on one line are separated by semicolons, and
 * each one's answer ends with an empty line. An answer without that end broke off on the way.
 *
 * @param timeout for connecting, asking and reading together
 */
record RuntimeApi(RuntimeAddress address, Duration timeout, AddressPolicy addresses) {

    private static final int LARGEST_ANSWER = 4 << 20;

    /**
     * @param command one line, without its end
     * @throws RouterException when no whole answer came in time
     */
    String ask(String command) throws RouterException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (SocketChannel channel = address.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            connect(channel, key, deadline);
            write(channel, key, command + "\n", deadline);
            return whole(read(channel, key, deadline));
        } catch (IOException failed) {
            throw new RouterException(unreachable(failed), failed);
        }
    }

    private void connect(SocketChannel channel, SelectionKey key, long deadline) throws IOException, RouterException {
        SocketAddress where;
        try {
            where = address.resolve(addresses);
        } catch (UnknownHostException e) {
            throw new RouterException("HAProxy's host in " + address + " is unknown to this machine's name service", e);
        }
        if (!channel.connect(where)) {
            await(key, SelectionKey.OP_CONNECT, deadline, "did not accept the connection");
            channel.finishConnect();
        }
    }

    private void write(SocketChannel channel, SelectionKey key, String line, long deadline)
            throws IOException, RouterException {
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(key, SelectionKey.OP_WRITE, deadline, "did not take the command");
            }
        }
    }

    private String read(SocketChannel channel, SelectionKey key, long deadline) throws IOException, RouterException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
        for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer)) {
            if (n == 0) {
                await(key, SelectionKey.OP_READ, deadline, "did not answer in full");
                continue;
            }
            answer.write(buffer.array(), 0, n);
            buffer.clear();
            if (answer.size() > LARGEST_ANSWER) {
                throw new RouterException(
                        "HAProxy at " + address + " answered more than 4 MiB; is this its Runtime API?");
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private void await(SelectionKey key, int readiness, long deadline, String failure)
            throws IOException, RouterException {
        key.interestOps(readiness);
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0 || key.selector().select(millis) == 0) {
            throw new RouterException(
                    Thread.currentThread().isInterrupted()
                            ? "interrupted while waiting for HAProxy at " + address
                            : "HAProxy at " + address + " " + failure + " within " + Units.print(timeout));
        }
        key.selector().selectedKeys().clear();
    }

    private String whole(String answer) throws RouterException {
        if (!answer.equals("\n") && !answer.endsWith("\n\n")) {
            throw new RouterException(
                    answer.isEmpty()
                            ? "HAProxy at " + address + " closed the connection without an answer"
                            : "HAProxy's answer at " + address + " broke off after " + answer.length() + " characters");
        }
        return answer;
    }

    private String unreachable(IOException failed) {
        Path socket = address.socket();
        if (socket != null && !Files.exists(socket)) {
            return "HAProxy's socket " + socket + " does not exist; is HAProxy running, and does its global"
                    + " section say 'stats socket " + socket + " level admin'?";
        }
        if (socket != null && !Files.isWritable(socket)) {
            return "HAProxy's socket " + socket + " may not be opened by this user; give it a group with"
                    + " 'stats socket " + socket + " level admin group ... mode 660'";
        }
        return "HAProxy's Runtime API at " + address + " cannot be reached: "
                + (failed.getMessage() == null ? failed.getClass().getSimpleName() : failed.getMessage());
    }
}

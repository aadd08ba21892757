package io.jenkins.plugins.canary.standalone.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A version of a service for tests: answers with its name; {@code /crc} tells the body's length and
 * checksum, {@code /large} sends a large one, {@code /wait} answers when it is let go,
 * {@code /drop} closes the connection, {@code /dropOnce} does so the first time.
 */
final class Upstream implements AutoCloseable {

    /** More than any buffer on the way holds. */
    static final byte[] LARGE = new byte[20 << 20];

    static {
        new Random(3).nextBytes(LARGE);
    }

    private final Server server = new Server(new QueuedThreadPool(12, 2));
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    final Queue<Map<String, String>> seenHeaders = new ConcurrentLinkedQueue<>();
    final Queue<String> seenPaths = new ConcurrentLinkedQueue<>();
    final CountDownLatch waiting = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);

    Upstream(String name) throws Exception {
        connector.setHost("127.0.0.1");
        connector
                .getConnectionFactory(HttpConnectionFactory.class)
                .getHttpConfiguration()
                .setUriCompliance(UriCompliance.UNSAFE);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                served.incrementAndGet();
                Map<String, String> headers = new ConcurrentHashMap<>();
                request.getHeaders().forEach((HttpField f) -> headers.put(f.getLowerCaseName(), f.getValue()));
                seenHeaders.add(headers);
                seenPaths.add(request.getHttpURI().getPathQuery());
                switch (request.getHttpURI().getPath()) {
                    case "/crc" -> answer(crc(Content.Source.asInputStream(request)), response, callback);
                    case "/large" -> response.write(true, ByteBuffer.wrap(LARGE), callback);
                    case "/drop" -> drop(request, callback);
                    case "/dropOnce" -> {
                        if (dropped.get() == 0) {
                            drop(request, callback);
                        } else {
                            answer(name, response, callback);
                        }
                    }
                    case "/wait" -> {
                        waiting.countDown();
                        go.await();
                        answer(name, response, callback);
                    }
                    default -> answer(name, response, callback);
                }
                return true;
            }
        });
        server.start();
    }

    static String crc(InputStream body) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(body, new CRC32());
        long length = checked.transferTo(OutputStream.nullOutputStream());
        return length + ":" + checked.getChecksum().getValue();
    }

    private void drop(Request request, Callback callback) {
        dropped.incrementAndGet();
        request.getConnectionMetaData().getConnection().getEndPoint().close();
        callback.failed(new EofException("dropped by the test"));
    }

    private static void answer(String name, Response response, Callback callback) {
        response.getHeaders().put("X-Version", name);
        response.getHeaders().put("Connection", "X-Hop");
        response.getHeaders().put("X-Hop", "for the proxy only");
        response.write(true, ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)), callback);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    int served() {
        return served.get();
    }

    int connections() {
        return connector.getConnectedEndPoints().size();
    }

    @Override
    public void close() throws Exception {
        go.countDown();
        server.stop();
    }
}

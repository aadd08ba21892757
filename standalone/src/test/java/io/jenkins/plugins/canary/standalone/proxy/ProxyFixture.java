package io.jenkins.plugins.canary.standalone.proxy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Two upstreams with a proxy before them, all on free ports of loopback. */
final class ProxyFixture implements AutoCloseable {

    static final InetSocketAddress FREE = InetSocketAddress.createUnresolved("127.0.0.1", 0);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Upstream canary = new Upstream("canary");
    final Upstream stable = new Upstream("stable");
    final WeightedProxy proxy;

    ProxyFixture() throws Exception {
        proxy = new WeightedProxy(FREE, FREE, canary.url(), stable.url(), Duration.ofSeconds(60)).start();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(proxy.url() + path)).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(to(path).build());
    }

    static HttpResponse<String> send(HttpRequest request) throws Exception {
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    static HttpClient client() {
        return CLIENT;
    }

    @Override
    public void close() throws Exception {
        canary.go.countDown();
        stable.go.countDown();
        proxy.close();
        canary.close();
        stable.close();
    }
}

package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Sends what the SDK of AWS asks the way that every request of a plan is sent: to addresses that were checked, within limits
 * of size and time.
 *
 * @param timeout for one question and its whole answer
 */
record EngineHttpClient(HttpFetcher fetcher, Duration timeout) implements SdkHttpClient {

    private static final int LARGEST_ANSWER = 4 << 20;

    /** Set by the client itself, and as the SDK has signed them. */
    private static final Set<String> CLIENTS_OWN = Set.of("host", "content-length", "expect", "connection");

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return new Call(this, request);
    }

    @Override
    public String clientName() {
        return "canary";
    }

    @Override
    public void close() {
        // the fetcher is shared, and holds nothing of this client's
    }

    /** One request, which is sent once. */
    private static final class Call implements ExecutableHttpRequest {

        private final EngineHttpClient by;
        private final HttpExecuteRequest request;
        private volatile CompletableFuture<HttpAnswer> sent;

        Call(EngineHttpClient by, HttpExecuteRequest request) {
            this.by = by;
            this.request = request;
        }

        @Override
        public HttpExecuteResponse call() throws IOException {
            sent = by.fetcher.send(toCall(), LARGEST_ANSWER, Deadline.in(by.timeout));
            HttpAnswer answer;
            try {
                answer = HttpFetcher.await(sent);
            } catch (FetchException e) {
                throw new IOException(e.getMessage(), e);
            }
            SdkHttpFullResponse.Builder response = SdkHttpFullResponse.builder().statusCode(answer.status());
            answer.headers().map().forEach(response::putHeader);
            return HttpExecuteResponse.builder()
                    .response(response.build())
                    .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer.body())))
                    .build();
        }

        private HttpCall toCall() throws IOException {
            SdkHttpRequest asked = request.httpRequest();
            HttpCall call = HttpCall.to(asked.getUri()).method(asked.method().name(), body());
            asked.forEachHeader((name, values) -> {
                if (!CLIENTS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
                    call.header(name, String.join(",", List.copyOf(values)));
                }
            });
            return call;
        }

        private byte[] body() throws IOException {
            if (request.contentStreamProvider().isEmpty()) {
                return null;
            }
            try (InputStream content = request.contentStreamProvider().get().newStream()) {
                return content.readAllBytes();
            }
        }

        @Override
        public void abort() {
            CompletableFuture<HttpAnswer> underWay = sent;
            if (underWay != null) {
                underWay.cancel(true);
            }
        }
    }
}

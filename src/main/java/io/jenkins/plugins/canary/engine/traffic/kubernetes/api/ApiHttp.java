package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.net.URL;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests over fabric8's HTTP client, which signs them in and renews tokens. Its calls for raw requests hide the
 * answer's headers, and its own retries (7.3.1) read Retry-After and then wait for something else.
 */
record ApiHttp(KubernetesClient client) {

    /** For one question; with the one repetition after Retry-After ten seconds are not exceeded. */
    private static final long REQUEST_MILLIS = 4_000;

    private static final long LONGEST_RETRY_AFTER_SECONDS = 2;

    URL server() {
        return client.getMasterUrl();
    }

    /**
     * @param what for people, when there is no answer: {@code get HTTPRoute shop/api}
     * @param body null for none
     */
    HttpResponse<String> ask(String what, String method, String path, String body) throws RouterException {
        HttpResponse<String> answer = once(what, method, path, body);
        long wait = retryAfterSeconds(answer);
        if (answer.code() != 429 || wait == 0 || wait > LONGEST_RETRY_AFTER_SECONDS) {
            return answer;
        }
        try {
            TimeUnit.SECONDS.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return answer;
        }
        return once(what, method, path, body);
    }

    private HttpResponse<String> once(String what, String method, String path, String body) throws RouterException {
        HttpClient http = client.getHttpClient();
        HttpRequest request = http.newHttpRequestBuilder()
                .uri(server() + path.substring(1))
                .method(method, "application/json", body)
                .timeout(REQUEST_MILLIS, TimeUnit.MILLISECONDS)
                .build();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, String.class);
        try {
            return answer.get(REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw KubeException.unreachable(e.getCause(), what, server());
        } catch (TimeoutException e) {
            throw KubeException.unreachable(e, what, server());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RouterException("interrupted on the way to " + what, e);
        } finally {
            answer.cancel(true);
        }
    }

    /** 0 when the answer does not say, or says a date, which API servers do not. */
    static long retryAfterSeconds(HttpResponse<?> answer) {
        String text = answer.header("Retry-After");
        return text != null && text.matches("\\d{1,6}") ? Long.parseLong(text) : 0;
    }
}

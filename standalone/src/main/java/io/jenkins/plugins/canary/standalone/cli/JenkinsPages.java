package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Plain;
import io.jenkins.plugins.canary.engine.traffic.local.BoundedBody;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gets pages of a Jenkins with a person's own API token. Follows no redirect, because the token is meant for the address
 * that was given; an answer is bounded in size and time.
 */
final class JenkinsPages {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER).build();
    private final String authorization;
    private final Duration longest;

    /**
     * @param user null or empty, like the token, to ask as nobody in particular
     * @param longest time for one answer, to its last byte
     */
    JenkinsPages(String user, String token, Duration longest) throws Failure {
        boolean named = user != null && !user.isEmpty();
        boolean signed = token != null && !token.isEmpty();
        if (named != signed) {
            throw new Failure(Exit.USAGE, (named ? "CANARY_JENKINS_USER is set and CANARY_JENKINS_TOKEN" : "CANARY_JENKINS_TOKEN"
                    + " is set and CANARY_JENKINS_USER") + " is not: set both, or neither");
        }
        authorization = !named ? null : "Basic " + Base64.getEncoder()
                .encodeToString((user + ":" + token).getBytes(StandardCharsets.UTF_8));
        this.longest = longest;
    }

    byte[] read(URI page, long limit) throws Failure {
        return get(page, BodySubscribers.ofByteArray(), limit);
    }

    void save(URI page, Path file, long limit) throws Failure {
        get(page, BodySubscribers.ofFile(file), limit);
    }

    private <T> T get(URI page, BodySubscriber<T> into, long limit) throws Failure {
        HttpRequest.Builder request = HttpRequest.newBuilder(page);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        String address = Plain.address(page);
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request.build(), head -> head.statusCode() == 200
                ? new BoundedBody<>(into, limit) : BodySubscribers.replacing(null));
        try {
            HttpResponse<T> response = answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw refused(address, response);
            }
            return response.body();
        } catch (TimeoutException e) {
            throw new Failure(Exit.INFRASTRUCTURE, address + " did not answer in full within " + Units.print(longest));
        } catch (ExecutionException e) {
            throw new Failure(Exit.INFRASTRUCTURE, address + " cannot be read: " + why(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Exit.INFRASTRUCTURE, "interrupted while " + address + " was read");
        } finally {
            answer.cancel(true);
        }
    }

    private static String why(Throwable fault) {
        return fault.getMessage() == null ? fault instanceof ConnectException
                ? "nothing accepts connections there" : fault.getClass().getSimpleName() : Plain.clip(fault.getMessage(), 160);
    }

    private Failure refused(String address, HttpResponse<?> response) {
        int status = response.statusCode();
        String token = authorization == null
                ? "set CANARY_JENKINS_USER and CANARY_JENKINS_TOKEN, an API token from the user's page in Jenkins"
                : "look at CANARY_JENKINS_USER and CANARY_JENKINS_TOKEN, which is an API token and no password";
        String says = switch (status) {
            case 301, 302, 303, 307, 308 -> " leads elsewhere" + response.headers().firstValue("Location")
                    .flatMap(l -> place(response.uri(), l)).map(l -> ", to " + l).orElse("") + ": name the build's own address";
            case 401 -> " wants a user whom it knows (401): " + token;
            case 403 -> authorization == null ? " may not be read by everybody (403): " + token
                    : " may not be read by this user (403): it takes Job/Read or Canary/View";
            case 404 -> " is not there (404): the build is gone or has no rollout, this plugin is not installed, or "
                    + (authorization == null ? "it may not be seen by everybody: " + token : "this user may not see it");
            default -> " answered with status " + status;
        };
        return new Failure(status >= 500 ? Exit.INFRASTRUCTURE : Exit.USAGE, address + says);
    }

    /** Without the query, which may carry tokens. */
    private static Optional<String> place(URI from, String location) {
        try {
            return Optional.of(Plain.address(from.resolve(location)));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}

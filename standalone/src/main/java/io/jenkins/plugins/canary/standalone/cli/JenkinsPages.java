package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Gets pages of a Jenkins with a person's own API token. Follows no redirect, because the token is meant for the address
 * that was given; an answer is bounded in size and time.
 */
final class JenkinsPages {

    private final HttpFetcher fetcher = new HttpClientPool().get(TlsIdentity.SYSTEM, AddressPolicy.UNRESTRICTED);
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
            throw new Failure(
                    Exit.USAGE,
                    (named
                                    ? "CANARY_JENKINS_USER is set and CANARY_JENKINS_TOKEN"
                                    : "CANARY_JENKINS_TOKEN is set and CANARY_JENKINS_USER")
                            + " is not: set both, or neither");
        }
        authorization = !named
                ? null
                : "Basic " + Base64.getEncoder().encodeToString((user + ":" + token).getBytes(StandardCharsets.UTF_8));
        this.longest = longest;
    }

    byte[] read(URI page, long limit) throws Failure {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        get(page, bytes, limit);
        return bytes.toByteArray();
    }

    void save(URI page, Path file, long limit) throws Failure {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            get(page, out, limit);
        } catch (IOException e) {
            throw new Failure(Exit.INFRASTRUCTURE, file + " cannot be written: " + e.getMessage());
        }
    }

    private void get(URI page, OutputStream into, long limit) throws Failure {
        HttpCall request = HttpCall.to(page);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpAnswer answer;
        try {
            answer = HttpFetcher.await(fetcher.save(request, into, limit, Deadline.in(longest)));
        } catch (FetchException e) {
            throw new Failure(Exit.INFRASTRUCTURE, e.getMessage());
        }
        if (answer.status() != 200) {
            throw refused(PlainText.address(page), answer);
        }
    }

    private Failure refused(String address, HttpAnswer response) {
        int status = response.status();
        String token = authorization == null
                ? "set CANARY_JENKINS_USER and CANARY_JENKINS_TOKEN, an API token from the user's page in Jenkins"
                : "look at CANARY_JENKINS_USER and CANARY_JENKINS_TOKEN, which is an API token and no password";
        String says =
                switch (status) {
                    case 301, 302, 303, 307, 308 ->
                        " leads elsewhere"
                                + response.headers()
                                        .firstValue("Location")
                                        .flatMap(l -> place(response.from(), l))
                                        .map(l -> ", to " + l)
                                        .orElse("")
                                + ": name the build's own address";
                    case 401 -> " requires a known user (401): " + token;
                    case 403 ->
                        authorization == null
                                ? " may not be read by everybody (403): " + token
                                : " may not be read by this user (403): grant Job/Read or Canary/View";
                    case 404 ->
                        " is not there (404): the build is gone or has no rollout, this plugin is not installed, or "
                                + (authorization == null
                                        ? "it may not be seen by everybody: " + token
                                        : "this user may not see it");
                    default -> " answered with status " + status;
                };
        return new Failure(status >= 500 ? Exit.INFRASTRUCTURE : Exit.USAGE, address + says);
    }

    /** Without the query, which may carry tokens. */
    private static Optional<String> place(URI from, String location) {
        try {
            return Optional.of(PlainText.address(from.resolve(location)));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}

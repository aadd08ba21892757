package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A build in Jenkins, of whose rollouts the plugin's pages hand out the journals. */
final class JenkinsBuild {

    private static final Pattern ADDRESS = Pattern.compile(
            "(?<build>https?://[^?#]*/job/[^/?#]+/(?:\\d+|last[A-Z]\\w*))"
                    + "(?:/canary(?:/(?<id>[^/?#]+))?)?(?:[/?#].*)?",
            Pattern.CASE_INSENSITIVE);

    /** As the plugin makes them; nothing else may become a file's name here. */
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,200}");

    private static final String LIST = "/canary/api/json?tree=rollouts%5Bid,name,version,status%5D";
    private static final long LONGEST_LIST = 1 << 20;
    private static final long LONGEST_JOURNAL = 1L << 30;
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private record Rollout(String id, String name, String version, String status) {}

    private final String build;
    private final String wanted;
    private final JenkinsPages pages;

    private JenkinsBuild(String build, String wanted, JenkinsPages pages) {
        this.build = build;
        this.wanted = wanted;
        this.pages = pages;
    }

    /**
     * @param address of a build, or of anything below its canary page
     * @param user null, like the token, for what anybody may read
     */
    static JenkinsBuild at(String address, String user, String token) throws Failure {
        return at(address, new JenkinsPages(user, token, LONGEST_WAIT));
    }

    static JenkinsBuild at(String address, JenkinsPages pages) throws Failure {
        Matcher found = ADDRESS.matcher(address);
        URI uri = found.matches() ? uri(found.group("build")) : null;
        if (uri == null || uri.getHost() == null) {
            // Not repeated: it may hold a password.
            throw Failure.usage("this is not the address of a build; write https://jenkins.example.com/job/NAME/12/");
        }
        if (uri.getRawUserInfo() != null) {
            throw Failure.usage("the address of " + uri.getHost() + " carries a user name or password: leave it out,"
                    + " and set CANARY_JENKINS_USER and CANARY_JENKINS_TOKEN");
        }
        return new JenkinsBuild(found.group("build"), found.group("id"), pages);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Reads the journal into a file of its own. */
    EvidenceFile fetch() throws Failure {
        Rollout one = one(rollouts());
        String page = build + "/canary/" + one.id + "/";
        Path file;
        try {
            file = Files.createTempDirectory("canary-journal").resolve(one.id + ".jsonl");
        } catch (IOException e) {
            throw Failure.infrastructure("the copy of the journal cannot be written: " + e.getMessage());
        }
        boolean whole = false;
        try {
            pages.save(URI.create(page + "journal"), file, LONGEST_JOURNAL);
            whole = true;
            return new EvidenceFile(file, page + "journal", true);
        } finally {
            if (!whole) {
                EvidenceFile.discard(file);
            }
        }
    }

    private Rollout one(List<Rollout> all) throws Failure {
        List<Rollout> fit =
                all.stream().filter(r -> wanted == null || wanted.equals(r.id)).toList();
        if (fit.size() == 1) {
            return fit.get(0);
        }
        if (all.isEmpty()) {
            throw Failure.usage(build + " has no canary rollout");
        }
        String problem = wanted == null
                ? " has several rollouts; name one of them:"
                : " has no rollout " + PlainText.clip(wanted, 80) + "; it has:";
        String these = all.stream()
                .map(r -> "\n  " + build + "/canary/" + r.id + "/  "
                        + PlainText.clip(r.name + " " + r.version + " " + r.status, 120))
                .collect(Collectors.joining());
        throw Failure.usage(build + problem + these);
    }

    private List<Rollout> rollouts() throws Failure {
        byte[] answer = pages.read(URI.create(build + LIST), LONGEST_LIST);
        JsonNode list;
        try {
            list = BoundedJson.MAPPER.readTree(answer).path("rollouts");
        } catch (IOException e) {
            list = null;
        }
        if (list == null || !list.isArray()) {
            throw Failure.infrastructure(
                    build + "/canary/ does not answer as this plugin does: is it a build in Jenkins?");
        }
        List<Rollout> all = new ArrayList<>();
        for (JsonNode r : list) {
            if (ID.matcher(r.path("id").asText()).matches()) {
                all.add(new Rollout(
                        r.path("id").asText(),
                        r.path("name").asText(),
                        r.path("version").asText(""),
                        r.path("status").asText()));
            }
        }
        return all;
    }

    /**
     * Gets pages of a Jenkins with a person's own API token. Follows no redirect, because the token is meant for the address
     * that was given; an answer is bounded in size and time.
     */
    static final class JenkinsPages {

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
                String set = named ? "CANARY_JENKINS_USER" : "CANARY_JENKINS_TOKEN";
                String missing = named ? "CANARY_JENKINS_TOKEN" : "CANARY_JENKINS_USER";
                throw Failure.usage(set + " is set and " + missing + " is not: set both, or neither");
            }
            byte[] pair = (user + ":" + token).getBytes(StandardCharsets.UTF_8);
            authorization = named ? "Basic " + Base64.getEncoder().encodeToString(pair) : null;
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
                throw Failure.infrastructure(file + " cannot be written: " + e.getMessage());
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
                throw Failure.infrastructure(e.getMessage());
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
            return status >= 500 ? Failure.infrastructure(address + says) : Failure.usage(address + says);
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
}

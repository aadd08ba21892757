package io.jenkins.plugins.canary.standalone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
            throw new Failure(
                    Exit.USAGE, "this is not the address of a build; write https://jenkins.example.com/job/NAME/12/");
        }
        if (uri.getRawUserInfo() != null) {
            throw new Failure(
                    Exit.USAGE,
                    "the address of " + uri.getHost() + " carries a user name or password: leave it out,"
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
            throw new Failure(Exit.INFRASTRUCTURE, "the copy of the journal cannot be written: " + e.getMessage());
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
        String these = all.stream()
                .map(r -> "\n  " + build + "/canary/" + r.id + "/  "
                        + PlainText.clip(r.name + " " + r.version + " " + r.status, 120))
                .collect(Collectors.joining());
        throw new Failure(
                Exit.USAGE,
                all.isEmpty()
                        ? build + " has no canary rollout"
                        : (wanted == null
                                        ? build + " has several rollouts; name one of them:"
                                        : build + " has no rollout " + PlainText.clip(wanted, 80) + "; it has:")
                                + these);
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
            throw new Failure(
                    Exit.INFRASTRUCTURE,
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
}

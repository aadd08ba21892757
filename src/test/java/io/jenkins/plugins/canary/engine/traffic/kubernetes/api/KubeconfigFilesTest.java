package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broken kubeconfig: which file, what is wrong, what to do, and nothing of its content. */
class KubeconfigFilesTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

    private static final String SOUND = """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]
            users: [{name: u, user: {token: s3cret}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """;

    /** Self-signed; valid on 1 January 2020 for a day. */
    private static final String EXPIRED =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJMakNCMXFBREFnRUNBZ2tBOVFDaGx6MVRFRkl3Q2dZSUtvWkl6ajB"
                    + "FQXdJd0RERUtNQWdHQTFVRUF4TUINCmRUQWVGdzB5TURBeE1ERXdNREF3TURCYUZ3MHlNREF4TURJd01EQXdNREJhTUF3eE"
                    + "NqQUlCZ05WQkFNVEFYVXcNCldUQVRCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUJCd05DQUFTT2Y0QUVxV29xRmNyS1BoNWhFQ"
                    + "k5OcXcwa01MbmsNClJCVFJFU1ljWHpWV09KUEttSmlFN1hIOGp2em9rbGF3KzZPSC9leURwbUE0eUNkbDVSbUhPZVh5b3lF"
                    + "d0h6QWQNCkJnTlZIUTRFRmdRVVg0dmdYc0ptVnlMSVNKV0IrKzUvU1phdlErTXdDZ1lJS29aSXpqMEVBd0lEUndBd1JBSWc"
                    + "NClAxTXJFVDVNSGpuMmlzZUhnbjYxMm0yTktaQUFyWURaQ1FxbTVpR1Z5NDBDSUdaZVVpd3ZPaGV6b0N1YVl0ZUENCjl3Rl"
                    + "MxaDd2ZmZCMXZOLzlTQm52bFRqawotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==";

    @TempDir
    private Path folder;

    private String refused(String text, String context) throws Exception {
        File file = Files.writeString(folder.resolve("config"), text).toFile();
        RouterException e =
                assertThrows(RouterException.class, () -> KubeconfigFiles.require(List.of(file), context, NOW));
        assertTrue(e.permanent());
        assertFalse(e.getMessage().contains("s3cret"), e.getMessage());
        String about = "the kubeconfig " + file + " ";
        assertTrue(e.getMessage().startsWith(about), e.getMessage());
        return e.getMessage().substring(about.length()).replace(file.toString(), "FILE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: Config | kind: [ | is not a kubeconfig in YAML (line 2); kubectl --kubeconfig FILE config view",
                "current-context: x | '' | has no current-context; cluster: { context: NAME }, one of x",
                "current-context: x | current-context: y | has no context 'y', which is its current-context; name one of those"
                        + " that it has: x",
                "cluster: c, user | cluster: d, user | has a context 'x' of a cluster 'd' that is not in it; kubectl config"
                        + " set-cluster d --server=https://HOST:6443",
                "user: u}} | user: v}} | has a context 'x' of a user 'v' that is not in it; kubectl config set-credentials v"
                        + " --token=...",
                "token: s3cret | tokenFile: gone | names a file that does not exist: gone (tokenFile of user 'u'); kubectl"
                        + " config view --flatten, where the file is, puts its content into the kubeconfig",
                "token: s3cret | 'exec: {command: aws-of-nobody, installHint: Install the AWS CLI}' | signs user 'u' in with"
                        + " the program 'aws-of-nobody', which is not in the PATH here; Install the AWS CLI",
            })
    void eachFlawIsNamedWithWhatToDo(String piece, String instead, String says) throws Exception {
        assertTrue(SOUND.contains(piece));
        assertEquals(says, refused(SOUND.replace(piece, instead), null));
    }

    @Test
    void aContextOfThePlanIsLookedFor() throws Exception {
        assertEquals("has no context 'y'; name one of those that it has: x", refused(SOUND, "y"));
    }

    @Test
    void anExpiredCertificateIsNamedWithItsEnd() throws Exception {
        assertEquals(
                "has a client certificate of user 'u' that expired at 2020-01-02T00:00:00Z; fetch a new kubeconfig from whoever"
                        + " runs the cluster",
                refused(SOUND.replace("token: s3cret", "client-certificate-data: " + EXPIRED), null));
    }

    /** As with kubectl, files of KUBECONFIG that are not there are passed over. */
    @Test
    void filesOfAListCountTogether() throws Exception {
        Path one = Files.writeString(
                folder.resolve("one"), SOUND.replace("users: [{name: u, user: {token: s3cret}}]", "users: []"));
        Path two = Files.writeString(folder.resolve("two"), "users: [{name: u, user: {token: s3cret}}]");
        assertDoesNotThrow(
                () -> KubeconfigFiles.require(List.of(one.toFile(), new File("/nowhere"), two.toFile()), null, NOW));
    }
}

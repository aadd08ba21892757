package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code canary run} with each driver's example plan against a real API server, under nothing but the rights on the
 * driver's page, with Argo's and Flagger's own controllers and Helm's own command. Skipped unless CANARY_TEST_KUBECONFIG
 * names a cluster.
 */
class KubernetesReleaseTest {

    private static final List<Weight> TABLE = List.of(5.0, 10.0, 25.0, 50.0, 100.0).stream()
            .map(Weight::ofPercent)
            .toList();

    @TempDir
    private Path dir;

    private KubernetesRelease release;

    @AfterEach
    void end() {
        if (release != null) {
            release.close();
        }
    }

    private void furnish(String driver) throws Exception {
        String cluster = System.getenv("CANARY_TEST_KUBECONFIG");
        assumeTrue(cluster != null && !cluster.isBlank(), "CANARY_TEST_KUBECONFIG names no cluster");
        if (driver.equals("helm")) {
            assumeTrue(helmIsHere(), "helm is not in the PATH");
        }
        release = new KubernetesRelease(driver, dir);
    }

    private static boolean helmIsHere() throws InterruptedException {
        try {
            return new ProcessBuilder("helm", "version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private List<RolloutEvent> journal() throws Exception {
        List<RolloutEvent> events = new ArrayList<>();
        FileJournal.read(release.journal(), events::add);
        return events;
    }

    private List<Weight> applied() throws Exception {
        return journal().stream()
                .filter(RolloutEvent.ShiftApplied.class::isInstance)
                .map(e -> ((RolloutEvent.ShiftApplied) e).weight())
                .toList();
    }

    /** Nobody has the target any more, and nothing says that somebody left something behind. */
    private void nothingIsLeftBehind(String driver) throws Exception {
        KubeObject lease = release.world().get(Kind.LEASE, "canary-api");
        assertEquals("", lease.spec().path("holderIdentity").asText());
        List<KubeObject> carriers = new ArrayList<>(List.of(lease));
        carriers.addAll(
                release.world().admin().list(Kind.DEPLOYMENT, release.world().namespace(), ""));
        for (KubeObject one : carriers) {
            assertEquals(null, one.annotation("canary-release.jenkins.io/rollout"), driver + ": " + one.ref());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gatewayApi", "nginxIngress", "istio", "deployment", "traefik", "argoRollout", "flagger", "helm"
            })
    void aGoodReleaseWalksThePhaseTable(String driver) throws Exception {
        furnish(driver);
        Cli.Ended end =
                Cli.run("run", release.plan(), "--version", "v2", "--json").exits(0);
        JsonNode json = end.json();
        assertEquals("PROMOTED", json.path("outcome").asText());
        assertEquals(TABLE, applied());
        assertEquals("api:v2", release.stableImage());
        assertEquals(
                !driver.equals("helm"),
                journal().stream().anyMatch(RolloutEvent.Captured.class::isInstance),
                "what the pods were made of");
        nothingIsLeftBehind(driver);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gatewayApi", "nginxIngress", "istio", "deployment", "traefik", "argoRollout", "flagger", "helm"
            })
    void aBadReleaseIsTakenBackAndWhatWasWrittenIsValid(String driver) throws Exception {
        furnish(driver);
        Path plan = release.plan();
        Cli.Running run = Cli.start("run", plan, "--version", "v2", "--json");
        run.awaits("Watching phase Ramp 2");
        for (KubeObject one : release.written()) {
            assertEquals("valid", release.strictly(one, null), one.ref().toString());
            assertTrue(
                    release.strictly(one, "noSuchField").contains("noSuchField"), "the server does not look closely");
        }
        release.metrics().breaks();
        Cli.Ended end = run.end().exits(1);
        assertEquals("ROLLED_BACK", end.json().path("outcome").asText());
        assertTrue(end.json().path("reason").asText().startsWith("success-rate is 50%"), end.toString());
        assertEquals(TABLE.subList(0, 3), applied());
        assertEquals("api:v1", release.stableImage());
        Cli.run("traffic", plan, "observe", "--version", "v2").exits(0).says("weight    0%", "promoted  no");
        nothingIsLeftBehind(driver);
    }
}

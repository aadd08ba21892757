package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code canary run} after its promotion on a real cluster, under nothing but the rights on the driver's page: what a breach
 * leads to, and that the next release is left alone. Skipped unless CANARY_TEST_KUBECONFIG names a cluster.
 */
class WatchOnClusterTest {

    private static final String WATCHED = "v2 is promoted and on watch";

    @TempDir
    private Path dir;

    private KubernetesRelease release;
    private QueryStub others;

    @AfterEach
    void end() {
        if (others != null) {
            others.close();
        }
        if (release != null) {
            release.close();
        }
    }

    private Path plan(String driver, String watch) throws Exception {
        String cluster = System.getenv("CANARY_TEST_KUBECONFIG");
        assumeTrue(cluster != null && !cluster.isBlank(), "CANARY_TEST_KUBECONFIG names no cluster");
        release = new KubernetesRelease(driver, dir);
        others = new QueryStub();
        return release.plan("first", release.metrics(), "watch: " + watch);
    }

    private <E extends RolloutEvent> List<E> written(String build, Class<E> kind) throws Exception {
        List<E> events = new ArrayList<>();
        FileJournal.read(dir.resolve(build).resolve(".canary/api.jsonl"), event -> {
            if (kind.isInstance(event)) {
                events.add(kind.cast(event));
            }
        });
        return events;
    }

    private String holder() throws Exception {
        return release.world()
                .get(Kind.LEASE, "canary-api")
                .spec()
                .path("holderIdentity")
                .asText();
    }

    /** What the stable version's pods are, once nobody moves anything any more. */
    private void serves(String image) throws Exception {
        assertEquals(image, release.stableImage());
        assertEquals(Set.of(image), Set.copyOf(release.serving()));
    }

    private void nobodyHasTheTarget() throws Exception {
        assertEquals("", holder());
        List<KubeObject> carriers = new ArrayList<>(
                release.world().admin().list(Kind.DEPLOYMENT, release.world().namespace(), ""));
        for (KubeObject one : carriers) {
            assertNull(
                    one.annotation("canary-release.jenkins.io/rollout"),
                    one.ref().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginxIngress", "gatewayApi", "deployment", "argoRollout"})
    void aBreachBringsBackTheVersionOfBefore(String driver) throws Exception {
        Path plan = plan(driver, "{ for: 1h, onBreach: rollback }");
        Cli.Running run = Cli.start("run", plan, "--version", "v2", "--json").awaits(WATCHED);
        serves("api:v2");
        Poll.until("the target is let go", () -> holder().isEmpty());
        release.metrics().breaks();
        Cli.Ended end = run.end().exits(1);
        assertEquals("ROLLED_BACK", end.json().path("outcome").asText());
        assertTrue(
                end.json().path("reason").asText().startsWith("after the promotion, success-rate is 50%"),
                end.toString());
        serves("api:v1");
        Cli.run("traffic", plan, "observe", "--version", "v2").exits(0).says("weight    0%", "promoted  no");
        assertEquals(1, written("first", RolloutEvent.WatchBreached.class).size());
        nobodyHasTheTarget();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginxIngress", "argoRollout"})
    void anAlertMovesNothing(String driver) throws Exception {
        Path plan = plan(driver, "{ for: 15s, onBreach: alert }");
        Cli.Running run = Cli.start("run", plan, "--version", "v2", "--json").awaits(WATCHED);
        Poll.until("the target is let go", () -> holder().isEmpty());
        List<String> before = generations();
        release.metrics().breaks();
        Cli.Ended end = run.end().exits(0);
        assertEquals("PROMOTED", end.json().path("outcome").asText());
        String reason = end.json().path("reason").asText();
        assertTrue(reason.startsWith("watched for 15 s") && reason.endsWith("breached at the end"), reason);
        assertEquals(1, written("first", RolloutEvent.WatchBreached.class).size());
        assertEquals(before, generations());
        serves("api:v2");
        nobodyHasTheTarget();
    }

    /** Changes with every change of a spec or an annotation of what the driver writes. */
    private List<String> generations() throws Exception {
        List<String> all = new ArrayList<>();
        for (KubeObject one : release.written()) {
            all.add(one.ref() + " " + one.generation() + " " + one.metadata().path("annotations"));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginxIngress", "gatewayApi", "deployment", "argoRollout"})
    void theNextReleaseBeginsDuringTheWatchAndIsLeftAlone(String driver) throws Exception {
        Path plan = plan(driver, "{ for: 1h, onBreach: rollback }");
        Cli.Running first = Cli.start("run", plan, "--version", "v2", "--json").awaits(WATCHED);
        Poll.until("the target is let go", () -> holder().isEmpty());
        release.deploysCanary("api:v3");
        Cli.Running second = Cli.start("run", release.plan("second", others, ""), "--version", "v3", "--json");
        Poll.until("the next release has the target", () -> !holder().isEmpty());
        release.metrics().breaks();
        Cli.Ended ended = first.end().exits(0);
        assertEquals("PROMOTED", ended.json().path("outcome").asText());
        assertTrue(
                ended.json()
                        .path("reason")
                        .asText()
                        .endsWith("has had the target since the promotion: nothing is taken back any more"),
                ended.toString());
        assertEquals("PROMOTED", second.end().exits(0).json().path("outcome").asText());
        assertEquals(2, written("second", RolloutEvent.ShiftApplied.class).size());
        assertEquals(List.of(), written("second", RolloutEvent.WeightFound.class));
        serves("api:v3");
        nobodyHasTheTarget();
    }

    @Test
    void aReleaseThatCameAndWentWhileNobodyWatchedIsLeftAloneToo() throws Exception {
        Path plan = plan("nginxIngress", "{ for: 1h, onBreach: rollback }");
        try (CommandProcess first = CommandProcess.start(dir, "run", plan, "--version", "v2", "--json")) {
            first.awaits(WATCHED);
            Poll.until("the target is let go", () -> holder().isEmpty());
            first.stop();
            first.end().exits(143);
        }
        release.deploysCanary("api:v3");
        Cli.run("run", release.plan("second", others, ""), "--version", "v3", "--json")
                .exits(0);
        release.metrics().breaks();
        Cli.Ended again = Cli.run("run", plan, "--version", "v2", "--json").exits(0);
        assertTrue(again.json().path("reason").asText().endsWith("nothing is taken back any more"), again.toString());
        serves("api:v3");
        nobodyHasTheTarget();
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.helm.HelmCommand.HelmLogin;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a program is run, on small scripts in Helm's place. */
class HelmCommandTest {

    @TempDir
    private Path folder;

    private HelmCommand script(String text, Duration timeout) throws Exception {
        return script(text, HelmLogin.files(new ClusterRef(null, "/some where/config", "prod")), timeout);
    }

    private HelmCommand script(String text, HelmLogin login, Duration timeout) throws Exception {
        Path file = folder.resolve("helm-script");
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new HelmCommand(file.toString(), login, "shop", timeout);
    }

    @Test
    void argumentsArriveAsTheyAreAndInputIsRead() throws Exception {
        HelmCommand helm = script("for a in \"$@\"; do echo \"[$a]\"; done; cat", Duration.ofMinutes(1));
        assertEquals(
                "[history]\n[$(touch x) ; *]\n[--namespace]\n[shop]\n[--kubeconfig]\n[/some where/config]\n"
                        + "[--kube-context]\n[prod]\n{}",
                helm.run(List.of("history", "$(touch x) ; *"), "{}"));
    }

    @Test
    void theSecretIsInAPrivateFileAsLongAsTheRunLasts() throws Exception {
        ClusterAccess jenkins = new ClusterAccess() {
            @Override
            public Cluster open(ClusterRef ref) {
                throw new IllegalStateException("Helm signs in by itself");
            }

            @Override
            public String kubeconfig(ClusterRef ref, String namespace) {
                return "token for " + ref.name() + " in " + namespace;
            }
        };
        HelmLogin login = HelmLogin.configured(jenkins, new ClusterRef("production", null, null), "shop");
        String told = script("echo \"$@\"; stat -c %a \"$5\"; cat \"$5\"; echo; env", login, Duration.ofMinutes(1))
                .run(List.of("history"), "");
        List<String> lines = told.lines().toList();
        assertTrue(lines.get(0).matches("history --namespace shop --kubeconfig \\S+\\.kubeconfig"), lines.get(0));
        assertEquals(List.of("600", "token for production in shop"), lines.subList(1, 3));
        assertTrue(lines.stream().noneMatch(l -> l.startsWith("KUBE") || l.startsWith("HELM_KUBE")), told);
        assertFalse(Files.exists(Path.of(lines.get(0).replaceAll(".* ", ""))), "gone after the run");

        RouterException e = assertThrows(
                RouterException.class,
                () -> script("echo \"$5\" >&2; exit 1", login, Duration.ofMinutes(1))
                        .run(List.of("upgrade"), ""));
        assertFalse(Files.exists(Path.of(e.getMessage().replaceAll(".* ", ""))), "gone after a failed run too");
    }

    @Test
    void anErrorIsToldOnOneLine() throws Exception {
        RouterException e = assertThrows(
                RouterException.class,
                () -> script(
                                "echo 'WARNING: the file is group-readable' >&2; echo 'Error: no\nanswer' >&2; exit 1",
                                Duration.ofMinutes(1))
                        .run(List.of("upgrade"), ""));
        assertEquals("helm upgrade: Error: no answer", e.getMessage());
        assertFalse(e.permanent());
    }

    @Test
    void aReleaseThatIsNotThereIsForGood() throws Exception {
        assertTrue(assertThrows(
                        RouterException.class,
                        () -> script("echo 'Error: release: not found' >&2; exit 1", Duration.ofMinutes(1))
                                .run(List.of("history"), ""))
                .permanent());
    }

    @Test
    void aProgramThatDoesNotEndIsEnded() throws Exception {
        Path pid = folder.resolve("pid");
        HelmCommand helm = script("echo $$ > '" + pid + "'; exec sleep 600", Duration.ofSeconds(2));
        RouterException e = assertThrows(RouterException.class, () -> helm.run(List.of("upgrade"), ""));
        assertTrue(e.getMessage().contains("within 2 s"), e.getMessage());
        if (Files.exists(pid)) {
            long number = Long.parseLong(Files.readString(pid).trim());
            assertFalse(ProcessHandle.of(number).map(ProcessHandle::isAlive).orElse(false));
        }
    }

    @Test
    void moreOutputThanIsKeptDoesNotStopTheProgram() throws Exception {
        HelmCommand helm = script("head -c 20000000 /dev/zero; exit 0", Duration.ofMinutes(1));
        assertTrue(assertThrows(RouterException.class, () -> helm.run(List.of("status"), ""))
                .getMessage()
                .contains("16 MiB"));
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        HelmCommand helm = new HelmCommand(
                "helm-that-is-not-here", HelmLogin.files(ClusterRef.DEFAULT), null, Duration.ofMinutes(1));
        RouterException e = assertThrows(RouterException.class, () -> helm.run(List.of("version"), ""));
        assertTrue(e.permanent() && e.getMessage().contains("helm-that-is-not-here"), e.getMessage());
    }

    @Test
    void whereClustersAreConfiguredAChartIsNoFileOfThisMachine() throws Exception {
        Path chart = Files.createDirectory(folder.resolve("chart"));
        RouterContext context = RouterContract.with(RouterContract.CONTEXT, ref -> {
            throw new IllegalStateException("it does not come to that");
        });
        RouterException e = assertThrows(
                RouterException.class,
                () -> SettingsText.read(new HelmDriver(), "{ release: api, chart: '" + chart + "' }")
                        .settings()
                        .open(context));
        assertTrue(e.permanent() && e.getMessage().contains("which a plan must not read here"), e.getMessage());
    }

    @Test
    void aPlanMayNotNameAnyProgramItLikes() {
        assertTrue(SettingsText.read(new HelmDriver(), "{ release: api, chart: ./api, command: /bin/sh }")
                .onlyProblem()
                .contains("command"));
        assertTrue(SettingsText.read(new HelmDriver(), "{ release: api, chart: --post-renderer=x }")
                .onlyProblem()
                .contains("chart"));
    }
}

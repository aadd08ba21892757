package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of {@code ./canary test}: skipped tests by reason, not one line each. */
class SkippedTestsTest {

    @TempDir
    private Path dir;

    private void report(String name, String... cases) throws Exception {
        Path folder = Files.createDirectories(dir.resolve("target/surefire-reports"));
        Files.writeString(
                folder.resolve("TEST-" + name + ".xml"),
                "<testsuite name=\"" + name + "\">\n" + String.join("\n", cases) + "\n</testsuite>\n");
    }

    private static String skipped(String type, String how) {
        return "  <testcase name=\"t\" classname=\"a.b." + type + "\" time=\"0.1\">\n    " + how + "\n  </testcase>";
    }

    private List<String> said() throws Exception {
        Process process = new ProcessBuilder("../.ci/skipped", dir.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().toList();
    }

    @Test
    void oneReasonIsOneLine() throws Exception {
        String message = "<skipped message=\"Assumption failed: CANARY_TEST_KUBECONFIG names no cluster\"/>";
        report(
                "First",
                "  <testcase name=\"ran\" classname=\"a.b.RanTest\" time=\"0.1\"/>",
                skipped("FirstTest", message),
                skipped("FirstTest", message),
                skipped("HaproxyTest", "<skipped message=\"&quot;haproxy&quot; is not installed\"/>"));
        report(
                "Second",
                skipped(
                        "FirstTest",
                        "<skipped type=\"org.opentest4j.TestAbortedException\"><![CDATA["
                                + "org.opentest4j.TestAbortedException: Assumption failed: CANARY_TEST_KUBECONFIG names no cluster]]></skipped>"));
        assertEquals(
                List.of(
                        "  CANARY_TEST_KUBECONFIG names no cluster: 3 tests (FirstTest)",
                        "    to run: CANARY_TEST_KUBECONFIG=/path/of/kubeconfig ./canary test (an administrator of a cluster for tests)",
                        "  \"haproxy\" is not installed: 1 test (HaproxyTest)",
                        "    to run: apt-get install haproxy"),
                said());
    }

    /** What tests say that they lack, as it stands in their code. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "moto_server is not installed (Python package 'moto[server]') | to run: pip install 'moto[server]', so that moto_server is in the PATH",
                "traefik is not in the PATH | to run: put traefik 3.7 or newer into the PATH (its releases page, or go install)",
                "loki is not in the PATH | to run: put loki 3 into the PATH (its releases page)",
                "victoria-metrics is not in the PATH | to run: put victoria-metrics into the PATH (its releases page, or go build)",
                "influxd is not installed (Debian package 'influxdb') | to run: apt-get install influxdb",
                "carbon-cache is not installed (Debian package 'graphite-carbon') | to run: apt-get install graphite-carbon graphite-web",
                "pods have no addresses on this machine (as root: ip addr add 198.51.100.1/24 dev lo) | to run, as root: ip addr add 198.51.100.1/24 dev lo",
                "python3 is not installed | to run: apt-get install python3",
                "the cluster has no definition of GRPCRoute (gateway.networking.k8s.io) | to run: install the definitions of that kind into the cluster for tests",
                "the cluster does not know traefik.io/v1alpha1 TraefikService | to run: install the definitions of that kind into the cluster for tests",
                "this driver has no routes | nothing to do: the test does not apply to this router",
                "its pods come with the shift | nothing to do: the test does not apply to this router",
                "its Service comes with the shift | nothing to do: the test does not apply to this router",
                "the pipeline deploys it | nothing to do: the test does not apply to this router",
                "only HTTPRoutes have them | nothing to do: the test does not apply to this router",
                "this server names no owners | nothing to do: the test does not apply to this router",
            },
            quoteCharacter = '~')
    void eachReasonHasWhatMakesItRun(String why, String remedy) throws Exception {
        report("First", skipped("FirstTest", "<skipped message=\"Assumption failed: " + why + "\"/>"));
        assertEquals(List.of("  " + why + ": 1 test (FirstTest)", "    " + remedy), said());
    }

    @Test
    void withoutSkippedTestsThereIsNothingToSay() throws Exception {
        report("First", "  <testcase name=\"ran\" classname=\"a.b.RanTest\" time=\"0.1\"/>");
        assertEquals(List.of(), said());
    }
}

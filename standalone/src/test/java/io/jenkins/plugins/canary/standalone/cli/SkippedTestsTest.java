package io.jenkins.plugins.canary.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void withoutSkippedTestsThereIsNothingToSay() throws Exception {
        report("First", "  <testcase name=\"ran\" classname=\"a.b.RanTest\" time=\"0.1\"/>");
        assertEquals(List.of(), said());
    }
}

package io.jenkins.plugins.canary.engine.traffic.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.local.LocalDriver.ControlSettings;
import io.jenkins.plugins.canary.engine.traffic.local.LocalDriver.ListenSettings;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalDriverTest {

    private static final ProxyLauncher LAUNCHER = (listen, canary, stable) -> null;

    private static SettingsText onTheCommandLine(String yaml) {
        return SettingsText.read(new LocalDriver(Optional.of(LAUNCHER)), yaml);
    }

    private static SettingsText inJenkins(String yaml) {
        return SettingsText.read(new LocalDriver(Optional.empty()), yaml);
    }

    @Test
    void aProxyElsewhereIsTheSameEverywhere() {
        String yaml = "{ control: 'http://127.0.0.1:9100/' }";
        assertEquals(
                new ControlSettings(URI.create("http://127.0.0.1:9100")),
                inJenkins(yaml).settings());
        assertEquals(inJenkins(yaml), onTheCommandLine(yaml));
    }

    @Test
    void aProxyInTheProcessIsForTheCommandLine() {
        String yaml = "listen: 127.0.0.1:8080\ncanary: http://127.0.0.1:9002\nstable: http://127.0.0.1:9001\n";
        assertEquals(
                new ListenSettings(
                        InetSocketAddress.createUnresolved("127.0.0.1", 8080),
                        URI.create("http://127.0.0.1:9002"),
                        URI.create("http://127.0.0.1:9001"),
                        LAUNCHER),
                onTheCommandLine(yaml).settings());
        assertNull(inJenkins(yaml).settings());
        String problem = inJenkins(yaml).onlyProblem();
        assertTrue(problem.startsWith("1:1 error traffic.local.listen:"), problem);
        assertTrue(problem.contains("command line only") && problem.contains("control:"), problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|neither 'control' nor 'listen'",
                "{ control: 'http://h:1', listen: 'a:1' }|no meaning beside 'control'",
                "{ control: 'http://h:1/api' }|scheme, host and port only: http://h:1",
                "{ control: 'ftp://h:1' }|not an http or https address",
                "{ control: 'http://h:1/{{track}}' }|no placeholder",
                "{ listen: '8080', canary: 'http://h:1', stable: 'http://h:2' }|HOST:PORT",
                "{ listen: 'h:99999', canary: 'http://h:1', stable: 'http://h:2' }|HOST:PORT",
                "{ listen: 'h:1', stable: 'http://h:2' }|'canary' is missing",
                "{ contrl: 'http://h:1', control: 'http://h:2' }|did you mean control?"
            })
    void mistakesAreReported(String yaml, String part) {
        assertTrue(
                onTheCommandLine(yaml).onlyProblem().contains(part),
                onTheCommandLine(yaml).onlyProblem());
    }

    @Test
    void everyMistakeAtOnce() {
        assertEquals(
                List.of("listen", "canary", "stable"),
                onTheCommandLine("listen: x\ncanary: y\nstable: z\n").problems().stream()
                        .map(p -> p.path().replace("traffic.local.", ""))
                        .toList());
    }
}

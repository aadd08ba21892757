package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HaproxyDriverTest {

    private static SettingsText read(String yaml) {
        return SettingsText.read(new HaproxyDriver(), yaml);
    }

    @Test
    void readsAllOfIt() {
        SettingsText read = read("{ socket: 'tcp://lb:9999', backend: app, canary: v2, stable: v1, timeout: 2s }");
        assertEquals(List.of(), read.problems());
        assertEquals(
                new HaproxySettings(new RuntimeAddress(null, "lb", 9999), "app", "v2", "v1", Duration.ofSeconds(2)),
                read.settings());
    }

    @ParameterizedTest
    @CsvSource({
        "/run/haproxy/admin.sock, /run/haproxy/admin.sock",
        "unix:///run/a.sock, /run/a.sock",
        "tcp://127.0.0.1:9999, tcp://127.0.0.1:9999",
        "tcp://[::1]:9999, tcp://[::1]:9999"
    })
    void addressesOfEveryKind(String text, String printed) {
        assertEquals(printed, RuntimeAddress.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"run/a.sock", "tcp://h", "tcp://h:0", "tcp://h:70000", "tcp://:99", "http://h:99", "tcp://a b:1"
            })
    void whatIsNoAddressIsReportedWithItsPlace(String text) {
        SettingsText read = read("socket: '" + text + "'\nbackend: app\ncanary: v2\nstable: v1\n");
        assertNull(read.settings());
        assertTrue(read.onlyProblem().startsWith("1:9 error traffic.haproxy.socket:"), read.onlyProblem());
    }

    @Test
    void everythingMissingIsReportedAtOnce() {
        assertEquals(4, read("{}").problems().size());
        assertTrue(read("{ sockt: /a, backend: app, canary: a, stable: b }").problems().stream()
                .anyMatch(p -> p.remedy().contains("did you mean socket?")));
    }

    /** A name that ends a command and begins another one must never get as far as the socket. */
    @ParameterizedTest
    @ValueSource(strings = {"v2; shutdown sessions server app/v1", "app v2", "a/b", "a\\nb"})
    void aNameIsNoCommand(String name) {
        SettingsText read = read("{ socket: /a, backend: app, canary: \"" + name + "\", stable: v1 }");
        assertNull(read.settings());
        assertTrue(read.onlyProblem().contains("cannot be a name in HAProxy"), read.onlyProblem());
    }

    @Test
    void twoServersAreTwo() {
        assertTrue(read("{ socket: /a, backend: app, canary: v1, stable: v1 }")
                .onlyProblem()
                .contains("same server"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "2m", "soon"})
    void timeoutsAreBounded(String timeout) {
        assertEquals(
                1,
                read("{ socket: /a, backend: app, canary: v2, stable: v1, timeout: " + timeout + " }")
                        .problems()
                        .size());
    }

    @Test
    void sayBeforehandWhatCannotBeSplit() {
        SettingsText read = read("{ socket: /a, backend: app, canary: v2, stable: v1 }");
        assertNotNull(read.settings().refusal(Weight.ofPercent(0.1)));
        assertNull(read.settings().refusal(Weight.ofPercent(0.4)));
        assertNull(read.settings().refusal(Weight.FULL));
    }
}

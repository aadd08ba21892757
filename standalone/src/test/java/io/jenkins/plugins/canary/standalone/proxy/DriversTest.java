package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.local.ProxyLauncher;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the command line finds through its service files. */
class DriversTest {

    /** Settings of the driver {@code local} as it is found there. */
    static RouterSettings local(String yaml) {
        SettingsText read = SettingsText.read(RouterDriver.named("local").orElseThrow(), yaml);
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    @Test
    void eachDriverNameIsThereOnceWhereverItComesFrom() {
        List<String> names = RouterDriver.all().stream().map(RouterDriver::name).toList();
        assertEquals(names.stream().distinct().toList(), names);
        assertTrue(names.containsAll(List.of("haproxy", "local")), names.toString());
    }

    @Test
    void theCommandLineBringsAProxyOfItsOwn() {
        assertInstanceOf(InProcessProxy.class, ProxyLauncher.available().orElseThrow());
    }
}

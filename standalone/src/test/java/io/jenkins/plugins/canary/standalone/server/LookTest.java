package io.jenkins.plugins.canary.standalone.server;

import io.jenkins.plugins.canary.engine.view.FakeRelease;
import io.jenkins.plugins.canary.engine.view.Person;
import java.nio.file.*;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.OutputType;

class LookTest {
    @Test
    void look() throws Exception {
        FakeRelease good = FakeRelease.seed().pass(24, 40);
        FakeRelease bad = FakeRelease.seed().pass(18, 0).becomes("ERRORS").pass(1, 0);
        FakeRelease asks = FakeRelease.seed().pass(53, 0);
        try (Chromium c = Chromium.open()) {
            Object[][] all = {{"good", good}, {"bad", bad}, {"asks", asks}};
            for (Object[] one : all) {
                try (GateServer s = GateServer.start(((FakeRelease) one[1]).api(), new Person("bob", java.util.Set.of("release-managers"), true, true), 0)) {
                    for (String theme : new String[] {"light", "dark"}) {
                        for (int w : new int[] {1400, 400}) {
                            c.show(w, w == 400 ? 2600 : 1500, theme);
                            c.driver.get(s.address().toString());
                            Thread.sleep(2500);
                            Files.write(Path.of("/tmp/look/" + one[0] + "-" + theme + "-" + w + ".png"), c.driver.getScreenshotAs(OutputType.BYTES));
                        }
                    }
                    System.out.println(c.complaints());
                }
            }
        }
    }
}

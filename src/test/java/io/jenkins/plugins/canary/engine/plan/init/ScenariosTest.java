package io.jenkins.plugins.canary.engine.plan.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What teams have, and the plan that is made of it, to the letter. {@code -Dcanary.write=1} writes the plans anew: read the
 * difference before it is committed.
 */
class ScenariosTest {

    static List<String> scenarios() throws Exception {
        return Scenario.names();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void makesThePlan(String name) throws Exception {
        PlanInit.Result result = Scenario.read(name).init();
        Path file = Scenario.FOLDER.resolve(name + ".plan.yaml");
        if (Boolean.getBoolean("canary.write") || "1".equals(System.getProperty("canary.write"))) {
            Files.writeString(file, result.plan());
        }
        assertEquals(Files.readString(file), result.plan());
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void thePlanHasNoErrors(String name) throws Exception {
        PlanReader.Result check =
                PlanReader.check(Scenario.asRunHere(Scenario.read(name).init().plan()));
        assertNotNull(check.plan(), () -> check.problems().toString());
    }
}

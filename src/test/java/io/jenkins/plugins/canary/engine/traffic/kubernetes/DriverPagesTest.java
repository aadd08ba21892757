package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plans on the drivers' pages can be run as they stand. */
class DriverPagesTest {

    private static final Pattern PLAN = Pattern.compile("(?s)```yaml\\n(name:.*?)```");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "argoRollout",
                "awsLoadBalancer",
                "baseline",
                "blue-green",
                "canary",
                "flagger",
                "helm",
                "preflight",
                "probes",
                "service",
                "traefik"
            })
    void aPlanOnAPageIsAPlan(String driver) throws Exception {
        Path page = Path.of("docs", "drivers", driver + ".md");
        String text = Files.readString(Files.exists(page) ? page : Path.of("..").resolve(page));
        Matcher plan = PLAN.matcher(text);
        assertTrue(plan.find(), "no plan on the page");
        List<Problem> errors = PlanReader.check(plan.group(1)).problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .toList();
        assertEquals(List.of(), errors);
    }
}

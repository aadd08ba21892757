package io.jenkins.plugins.canary.engine.plan.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Manifests and HAProxy configurations of others, which a plan is made of. */
class InitFuzzTest {

    private static final Set<String> KEYS =
            Set.of("name", "target", "traffic", "metrics", "phases", "gate", "abort", "shiftTimeout");

    /** What is made is one YAML document with the keys of a plan: no name in the input gets out of its comment or value. */
    @FuzzTest
    void init(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    PlanInit.Result made = PlanInit.of(
                            List.of(new PlanInit.Source("input", text, true)),
                            new PlanInit.Options("", "shop", "http://prometheus:9090", Map.of("hash", "{{version}}")));
                    Problems problems = new Problems();
                    YamlNode root = YamlText.parse(made.plan(), problems);
                    assertNotNull(root, () -> problems.all() + " in\n" + made.plan());
                    assertTrue(KEYS.containsAll(root.object().keys()), made.plan());
                    assertEquals(
                            made.plan()
                                    .lines()
                                    .filter(l -> l.startsWith("name:"))
                                    .count(),
                            1,
                            made.plan());
                    for (NotCarried lost : made.notCarried()) {
                        assertFalse(lost.reason().isBlank(), lost::toString);
                        assertTrue(lost.toString().length() < 12_100, lost::toString);
                        assertTrue(lost.toString().chars().noneMatch(Character::isISOControl), lost::toString);
                    }
                    PlanReader.check(made.plan()).problems().stream()
                            .filter(p -> p.severity() == Problem.Severity.ERROR)
                            .forEach(p -> assertFalse(p.path().isEmpty(), () -> p + " in\n" + made.plan()));
                    return true;
                },
                InitException.class);
    }
}

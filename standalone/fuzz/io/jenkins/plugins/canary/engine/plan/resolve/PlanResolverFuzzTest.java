package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.IOException;
import java.util.List;

/** Plans with what they extend, their parameters and the policies over them. */
class PlanResolverFuzzTest {

    /** Between the plan, what it extends, and the policy, in one input. */
    private static final String BETWEEN = "\n%%\n";

    private static final String PLAN = """
            name: any
            target: { namespace: shop, deployment: web }
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://prometheus:9090" }
              labels: { canary: 'track="canary"', stable: 'track="stable"' }
            gate: [ { metric: error-rate, max: 2% }, { metric: latency, quantile: 0.99, max: 1s } ]
            phases:
              - { name: Few, weight: 5, hold: 5m }
              - { name: Half, weight: 50, hold: 5m }
              - { name: Full, weight: 100, hold: 5m }
            abort: [ { metric: error-rate, max: 10% } ]
            """;

    /** What comes out needs nothing else: read by itself it is the same plan, and the policy has nothing to add to it. */
    @FuzzTest
    @DictionaryFile(resourcePath = "/io/jenkins/plugins/canary/engine/plan/read/plan.dict")
    void resolved(byte[] input) {
        Fuzz.text(input, text -> {
            String[] parts = text.split(BETWEEN, -1);
            BasePlans bases = (name, by) -> {
                if (parts.length < 2 || parts[1].isEmpty()) {
                    throw new IOException("there is no such plan");
                }
                return new PlanFile(name, parts[1]);
            };
            List<PlanFile> policies = parts.length < 3 ? List.of() : List.of(new PlanFile("policy", parts[2]));
            CanaryPlan plan = whole(new PlanResolver(bases, policies).check(parts[0]));
            if (plan == null) {
                return false;
            }
            CanaryPlan alone = PlanReader.check(plan.text()).plan();
            assertNotNull(alone, plan::text);
            assertEquals(plan.phases(), alone.phases(), plan::text);
            assertEquals(plan.abort(), alone.abort(), plan::text);
            assertEquals(plan.windows(), alone.windows(), plan::text);
            CanaryPlan again = new PlanResolver(BasePlans.NONE, policies)
                    .check(plan.text())
                    .plan();
            assertNotNull(again, plan::text);
            assertEquals(List.of(), again.policies(), plan::text);
            return true;
        });
    }

    /** A policy that is right by itself never makes a plan that cannot be read, and never takes a check away. */
    @FuzzTest
    @DictionaryFile(resourcePath = "/io/jenkins/plugins/canary/engine/plan/read/plan.dict")
    void policy(byte[] input) {
        Fuzz.text(input, text -> {
            PlanFile policy = new PlanFile("policy", text);
            List<Problem> wrong = PlanResolver.check(policy);
            CanaryPlan before = PlanReader.check(PLAN).plan();
            CanaryPlan after = whole(new PlanResolver(BasePlans.NONE, List.of(policy)).check(PLAN));
            if (wrong.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR)) {
                assertEquals(null, after, "a plan under a policy with errors");
                return false;
            }
            if (after == null) {
                return false;
            }
            assertEquals(before.phases().size(), after.phases().size());
            for (int i = 0; i < before.phases().size(); i++) {
                assertTrue(
                        after.phases()
                                .get(i)
                                .gate()
                                .containsAll(before.phases().get(i).gate()),
                        after::text);
            }
            assertTrue(after.abort().containsAll(before.abort()), after::text);
            return true;
        });
    }

    /** The plan; null when there is none, and problems that say why. */
    private static CanaryPlan whole(PlanReader.Result result) {
        boolean errors = result.problems().stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
        assertEquals(errors, result.plan() == null, () -> result.problems().toString());
        for (Problem problem : result.problems()) {
            assertFalse(problem.message().isBlank(), problem::toString);
            assertTrue(
                    problem.message().length() < 2_000,
                    () -> "a message of " + problem.message().length());
        }
        return result.plan();
    }
}

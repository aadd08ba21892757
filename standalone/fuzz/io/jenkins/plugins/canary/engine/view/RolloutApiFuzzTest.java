package io.jenkins.plugins.canary.engine.view;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanException;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import java.util.HashMap;
import java.util.Map;

/** What is posted to the gate page: an action in the first line, then a field {@code name=value} a line. */
class RolloutApiFuzzTest {

    private static final CanaryPlan PLAN = plan();

    private static CanaryPlan plan() {
        try {
            return PlanReader.read("name: fuzz\ntraffic: { local: { control: 'http://127.0.0.1:1' } }\n"
                    + "phases: [ { name: A, weight: 5, hold: 5m }, { name: B, weight: 50, hold: 5m } ]\n"
                    + "checklists: { ready: [ docs ] }\n");
        } catch (PlanException e) {
            throw new IllegalStateException(e);
        }
    }

    @FuzzTest
    @DictionaryEntries({
        "approve",
        "reject",
        "hold",
        "release",
        "promote",
        "rollback",
        "tick",
        "withdraw",
        "keep",
        "endWatch",
        "to=",
        "phase=",
        "override=true",
        "reason=",
        "comment=",
        "checklist=ready",
        "item=docs",
        "since=",
        "generation=",
        "9223372036854775808"
    })
    void request(byte[] input) {
        Fuzz.text(input, text -> {
            String[] lines = text.split("\n");
            Map<String, String> fields = new HashMap<>();
            for (String line : lines) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    fields.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            RolloutApi api = new RolloutApi(new RolloutView(PLAN), null, () -> 1);
            try {
                api.rollout(fields.get("since"), fields.get("generation"), Person.allowedAll("ada"));
                api.act(lines.length == 0 ? "" : lines[0], fields, Person.allowedAll("ada"));
            } catch (Refusal refusal) {
                assertTrue(refusal.status() >= 400 && refusal.status() < 500, refusal::toString);
                assertTrue(RolloutApi.refused(refusal).length < 20_000, "a long refusal");
                // Nothing is under way in this test: what makes sense is refused as well.
                return refusal.status() == 409;
            }
            return true;
        });
    }
}

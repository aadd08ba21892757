package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

    private static final String PLAN = """
            name: shop
            target: { namespace: web, deployment: shop }
            traffic: { local: { control: "http://127.0.0.1:8081" } }
            metrics:
              prometheus: { url: "http://prometheus:9090", interval: 15s }
              labels: { canary: 'version="v2"', stable: 'version="v1"' }
            phases:
              - { name: One, weight: 10, hold: 5m }
              - { name: Two, weight: 50, hold: 10m, gate: [ { metric: error-rate, max: 1% } ] }
              - { name: Full, weight: 100, hold: 5m }
            gate:
              - { metric: success-rate, min: 99% }
            abort:
              - { metric: success-rate, min: 95% }
            """;

    private static PlanReader.Result check(String plan, String... policies) {
        List<PlanFile> files = new ArrayList<>();
        for (String policy : policies) {
            files.add(new PlanFile(files.isEmpty() ? "policy of the controller" : "policy of folder shop", policy));
        }
        return new PlanResolver(BasePlans.NONE, files).check(plan);
    }

    private static List<String> errors(PlanReader.Result result) {
        return result.problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .map(Problem::toString)
                .toList();
    }

    private static CanaryPlan read(String plan, String... policies) throws Exception {
        PlanReader.Result result = check(plan, policies);
        assertEquals(List.of(), errors(result));
        CanaryPlan read = result.plan();
        assertEquals(read, PlanReader.read(read.text()).with(read.policies()), "the text says it all");
        return read;
    }

    private static String onlyError(String plan, String... policies) {
        PlanReader.Result result = check(plan, policies);
        assertNull(result.plan());
        assertEquals(1, errors(result).size(), () -> errors(result).toString());
        return errors(result).get(0);
    }

    private static List<String> added(CanaryPlan plan) {
        return plan.policies().stream().map(PolicyAddition::words).toList();
    }

    private static List<String> gate(CanaryPlan plan, int phase) {
        return plan.phases().get(phase).gate().stream().map(Criterion::label).toList();
    }

    @Test
    void aPlanThatHasItAllStaysAsItIsWritten() throws Exception {
        CanaryPlan plan =
                read(PLAN, "abort: [ { metric: success-rate, min: 90%, for: 1m } ]\nmaxStep: 50\nminHold: 5m\n");
        assertSame(PLAN, plan.text());
        assertEquals(List.of(), plan.policies());
    }

    @Test
    void missingCriteriaAreAddedToEveryPhase() throws Exception {
        CanaryPlan plan = read(PLAN, "gate: [ { metric: error-rate, max: 2% } ]");
        assertEquals(List.of("success-rate >= 99%", "error-rate <= 2%"), gate(plan, 0));
        assertEquals(List.of("error-rate <= 1%"), gate(plan, 1));
        assertEquals(List.of("success-rate >= 99%", "error-rate <= 2%"), gate(plan, 2));
        assertEquals(List.of("added by the policy of the controller: gate: error-rate <= 2%"), added(plan));
    }

    @Test
    void aPhaseWithItsOwnGateGetsThemToo() throws Exception {
        CanaryPlan plan = read(PLAN, "gate: [ { metric: success-rate, min: 98% } ]");
        assertEquals(List.of("error-rate <= 1%", "success-rate >= 98%"), gate(plan, 1));
        assertEquals(
                List.of("added by the policy of the controller: gate of phase Two: success-rate >= 98%"), added(plan));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            min: 99%                                            | min: 95%                    | covered
            min: 99%                                            | min: 99.5%                  | added
            min: 99%, max: 100%                                 | min: 99%                    | covered
            min: 99%, onNoData: fail                            | min: 99%                    | covered
            min: 99%, onNoData: pass                            | min: 95%                    | added
            min: 99%, dryRun: true                              | min: 95%                    | added
            min: 99%, window: 5m                                | min: 95%                    | added
            min: 99%, minRequests: 100                          | min: 95%                    | added
            min: 99%                                            | min: 95%, minRequests: 100  | covered
            min: 99%, after: 2m                                 | min: 95%                    | added
            min: 99%                                            | min: 95%, after: 2m         | covered
            min: 99%                                            | min: 95%, noDataDeadline: 5m | added
            min: 99%, noDataDeadline: 3m                        | min: 95%, noDataDeadline: 5m | covered
            min: 99%, by: route                                 | min: 95%                    | added
            min: 99%, versusStable: { maxDecrease: 1% }         | versusStable: { maxDecrease: 2% } | covered
            min: 99%, versusStable: { maxDecrease: 3% }         | versusStable: { maxDecrease: 2% } | added
            versusStable: { test: sequential, tolerance: 10%, direction: decrease } | versusStable: { test: sequential, tolerance: 20%, direction: decrease } | covered
            versusStable: { test: sequential, tolerance: 30%, direction: decrease } | versusStable: { test: sequential, tolerance: 20%, direction: decrease } | added
            """)
    void strictnessIsCompared(String plan, String policy, String expected) throws Exception {
        CanaryPlan read = read(
                PLAN.replace("  - { metric: success-rate, min: 99% }", "  - { metric: success-rate, " + plan + " }")
                        .replace(", gate: [ { metric: error-rate, max: 1% } ]", ""),
                "gate: [ { metric: success-rate, " + policy + " } ]");
        assertEquals(expected.equals("covered") ? 0 : 1, read.policies().size());
    }

    @Test
    void whatIsCalledTheSameAndIsWeakerIsRefused() {
        assertEquals(
                "12:3 error gate: the criterion 'success-rate >= 99%' is weaker than that of the policy of the controller:"
                        + " it asks for the same, but for more requests, another window, or less where data is missing;"
                        + " remove it: the policy's is added",
                onlyError(
                        PLAN.replace("min: 99%", "min: 99%, onNoData: pass"),
                        "gate: [ { metric: success-rate, min: 99% } ]"));
    }

    @Test
    void inAScoreThePolicysCriterionCountsByItself() throws Exception {
        CanaryPlan plan = read(PLAN + "score: { pass: 50 }\n", "gate: [ { metric: success-rate, min: 98% } ]");
        Criterion own = plan.phases().get(0).gate().get(1);
        assertEquals("success-rate >= 98%", own.label());
        assertTrue(own.inScore().critical());
        CanaryPlan critical = read(
                PLAN.replace("min: 99% }", "min: 99%, critical: true }") + "score: { pass: 50 }\n",
                "gate: [ { metric: success-rate, min: 98% } ]");
        assertEquals(1, critical.phases().get(0).gate().size());
    }

    @Test
    void abortRulesAreAdded() throws Exception {
        CanaryPlan plan = read(PLAN, """
                abort:
                  - { metric: success-rate, min: 90% }
                  - { metric: error-rate, max: 10%, for: 1m }
                  - { consecutiveFailures: 5 }
                """);
        assertEquals(
                List.of("not (success-rate >= 95%)", "not (error-rate <= 10%) for 1m", "5 failed ticks in a row"),
                plan.abort().stream().map(AbortRule::label).toList());
        assertEquals(2, plan.policies().size());
    }

    @Test
    void theDefaultRulesStandBesideThePlansOwn() throws Exception {
        CanaryPlan plan = read(PLAN, "abort: default");
        assertEquals(6, plan.abort().size());
        assertEquals(5, plan.policies().size());
        CanaryPlan again = read(plan.text(), "abort: default");
        assertEquals(List.of(), again.policies());
        CanaryPlan lenient = read(
                PLAN.replaceAll("(?s)abort:.*", "abort: { default: { slower: 80% } }"),
                "abort: default",
                "abort: [ { metric: error-rate, max: 10% } ]");
        assertEquals(10, lenient.abort().size());
    }

    @Test
    void aPlanWithoutGateAndRulesGetsThem() throws Exception {
        CanaryPlan plan = read(
                PLAN.replaceAll("(?s)\ngate:.*", "\n"),
                "gate: [ { metric: success-rate, min: 98% } ]\nabort: [ { metric: success-rate, min: 90% } ]");
        assertEquals(List.of("success-rate >= 98%"), gate(plan, 0));
        assertEquals(1, plan.abort().size());
    }

    @Test
    void foldersAddToWhatIsAbove() throws Exception {
        CanaryPlan plan = read(PLAN, "minHold: 5m", "abort: [ { metric: error-rate, max: 10% } ]\nminHold: 1m");
        assertEquals(List.of("added by the policy of folder shop: abort rule: not (error-rate <= 10%)"), added(plan));
        assertTrue(errors(check(PLAN, "minHold: 6m", "minHold: 1m"))
                .get(0)
                .startsWith("8:36 error phases[0].hold: the hold of 5m is shorter than 6m, the shortest that the policy"
                        + " of the controller allows; write hold: 6m or more"));
    }

    @Test
    void comparisonsWithStableAreNotAddedAtFullWeight() throws Exception {
        CanaryPlan plan = read(
                PLAN.replace("hold: 5m }\ngate", "hold: 5m, gate: [ { metric: success-rate, min: 99% } ] }\ngate"),
                "gate: [ { metric: error-rate, versusStable: { test: sequential, tolerance: 20% } } ]");
        assertEquals(2, plan.phases().get(0).gate().size());
        assertEquals(1, plan.phases().get(2).gate().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maxStep: 30              | 9:26 error phases[1].weight: the step from 10% to 50% is longer than the 30 percentage points that the policy of the controller allows; add a phase of 40% or less in between
            drivers: [ istio ]       | 3:19 error traffic.local: the driver local is not one that the policy of the controller allows; use one of: istio
            namespaces: [ 'prod-*' ] | 2:22 error target.namespace: the namespace web is not one that the policy of the controller allows; name one of: prod-*
            servers: [ main ]        | 5:3 error metrics: the metrics are not from a server that the policy of the controller allows; write metrics: { prometheus: { server: NAME } } with one of: main
            """)
    void limits(String policy, String error) {
        String first = onlyError(
                PLAN.replace("weight: 100", policy.contains("maxStep") ? "weight: 80" : "weight: 100"), policy);
        assertEquals(error, first);
    }

    @Test
    void thePromotionIsAStep() {
        assertEquals(
                "10:27 error phases[2].weight: the promotion from 60% to 100% is longer than the 39 percentage points that"
                        + " the policy of the controller allows; add a phase of 99% or less in between",
                onlyError(
                        PLAN.replace("weight: 100", "weight: 60").replace("weight: 50", "weight: 40"), "maxStep: 39"));
    }

    @Test
    void aClusterMustBeNamedWhereTheyAreLimited() throws Exception {
        String plan = PLAN.replace(
                "{ local: { control: \"http://127.0.0.1:8081\" } }", "{ traefik: { traefikService: shop } }");
        assertTrue(errors(check(plan, "clusters: [ production ]")).stream()
                .anyMatch(e -> e.contains("the plan names no cluster, and so not one that the policy")));
    }

    @Test
    void approvalsAreAddedWhereTheWeightRises() throws Exception {
        CanaryPlan plan = read(PLAN, "approvals: [ { above: 20, approval: { by: [ group:ops ] } } ]");
        assertEquals(List.of("group:ops"), plan.phases().get(0).approval().by());
        assertNull(plan.phases().get(1).approval());
        assertEquals(List.of("added by the policy of the controller: approval to leave phase One"), added(plan));
    }

    @Test
    void approvalsAreForTargetsAndPhases() throws Exception {
        assertEquals(
                List.of(),
                read(PLAN, "approvals: [ { namespaces: [ 'prod*' ], approval: { by: [ group:ops ] } } ]")
                        .policies());
        CanaryPlan plan = read(PLAN, "approvals: [ { namespaces: [ w* ], phases: [ T*o ], approval: {} } ]");
        assertTrue(plan.phases().get(1).approval() != null);
        assertTrue(read(PLAN, "approvals: [ { approval: {} } ]").phases().get(2).approval() != null);
    }

    @Test
    void anApprovalThatAsksForLessIsRefused() throws Exception {
        String policy = "approvals: [ { above: 20, approval: { by: [ group:ops, group:leads ] } } ]";
        String by = "hold: 5m, approval: { by: [ %s ] } }\n  - { name: Two";
        String piece = "hold: 5m }\n  - { name: Two";
        assertEquals(
                List.of(),
                read(PLAN.replace(piece, by.formatted("group:ops")), policy).policies());
        assertTrue(onlyError(PLAN.replace(piece, by.formatted("group:ops, user:me")), policy)
                .startsWith("8:50 error phases[0].approval: the approval asks for less than that of the policy"));
        String eyes = "approvals: [ { above: 20, approval: { min: 2, notBy: [ starter ] } } ]";
        String own = "hold: 5m, approval: { %s } }\n  - { name: Two";
        for (String less : List.of("min: 1, notBy: [ starter ]", "min: 2", "min: 2, notBy: [ committers ]")) {
            assertTrue(onlyError(PLAN.replace("hold: 5m }\n  - { name: Two", own.formatted(less)), eyes)
                    .contains("the approval asks for less than that of the policy"));
        }
        String more = own.formatted("min: 3, notBy: [ starter, committers ]");
        assertEquals(List.of(), added(read(PLAN.replace("hold: 5m }\n  - { name: Two", more), eyes)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            min: 2                         | min: 2               | enough
            min: 3                         | min: 2               | enough
            min: 1                         | min: 2               | less
            notBy: [ starter, committers ] | notBy: [ starter ]   | enough
            notBy: [ committers ]          | notBy: [ starter ]   | less
            from: 09:00                    | from: 09:00          | enough
            from: 08:00                    | from: 09:00          | less
            timeout: 1h                    | timeout: 2h          | enough
            timeout: 3h                    | timeout: 2h          | less
            requireComment: true           | min: 1               | enough
            min: 1                         | requireComment: true | less
            """)
    void approvalsAreCompared(String plan, String policy, String expected) {
        PlanReader.Result result = check(
                PLAN.replace("hold: 5m }\n  - { name: Two", "hold: 5m, approval: { " + plan + " } }\n  - { name: Two"),
                "approvals: [ { above: 20, approval: { " + policy + " } } ]");
        assertEquals(
                expected.equals("enough") ? 0 : 1,
                errors(result).size(),
                () -> errors(result).toString());
    }

    @Test
    void aListOfApproversIsNobodysPolicy() {
        assertTrue(onlyError(PLAN, "approvals: [ { approval: { by: [ release-managers ] } } ]")
                .contains("error approvals[0].approval.by: a folder may have a list of approvers of the same name"));
    }

    @Test
    void thePolicysWindowsStandBesideThePlans() throws Exception {
        String policy = "windows: { open: [ \"Mon-Fri 09:00-16:30\" ] }";
        assertEquals(1, read(PLAN, policy).windows().schedules().size());
        CanaryPlan both = read(PLAN + "windows: { open: [ \"Mon-Thu 08:00-17:00\" ] }\n", policy);
        assertEquals(2, both.windows().schedules().size());
        assertEquals(List.of("added by the policy of the controller: windows: when the weight may rise"), added(both));
        assertEquals(List.of(), read(both.text(), policy).policies());
    }

    @Test
    void aFirstPhaseAboveTheWeightCannotBeApprovedBefore() {
        assertTrue(
                onlyError(PLAN, "approvals: [ { above: 5, approval: {} } ]").startsWith("8:26 error phases[0].weight"));
    }

    @Test
    void checklistItemsAreAdded() throws Exception {
        String policy = "checklists: { release: { when: before, items: [ Ticket approved, On-call told ] } }";
        CanaryPlan plan = read(PLAN, policy);
        assertEquals(Checklist.When.BEFORE, plan.checklists().get("release").when());
        assertEquals(2, plan.policies().size());
        CanaryPlan half = read(PLAN + "checklists: { mine: { when: before, items: [ Ticket approved ] } }", policy);
        assertEquals(List.of("On-call told"), half.checklists().get("release").texts());
        CanaryPlan both = read(PLAN + "checklists: { release: { when: before, items: [ Mine ] } }", policy);
        assertEquals(
                List.of("Mine", "Ticket approved", "On-call told"),
                both.checklists().get("release").texts());
        assertTrue(onlyError(PLAN + "checklists: { release: { when: post, items: [ Mine ] } }", policy)
                .contains("has a checklist of this name for another time; write when: before"));
    }

    @Test
    void aPolicyWithErrorsLetsNothingBegin() {
        assertEquals(
                "policy of the controller:2:1 error maxStp: unknown key 'maxStp'; did you mean maxStep?",
                onlyError(PLAN, "minHold: 5m\nmaxStp: 5"));
        assertEquals(
                "policy of the controller:1:36 error gate[0].min: '99' is not a percentage; write 99%",
                onlyError(PLAN, "gate: [ { metric: error-rate, min: 99 } ]"));
    }

    @Test
    void aPolicyIsCheckedByItself() {
        assertEquals(List.of(), PlanResolver.check(new PlanFile("policy", "abort: default\nmaxStep: 25")));
        assertEquals(
                1,
                PlanResolver.check(new PlanFile("policy", "checklists: { x: [ a ] }"))
                        .size());
        assertEquals(
                1,
                PlanResolver.check(new PlanFile("policy", "gate: [ { metric: carts, min: 1 } ]"))
                        .size());
    }
}

package io.jenkins.plugins.canary.engine.plan.resolve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.read.PlanTexts;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanResolverTest {

    private static final String BASE = """
            name: base
            target: { namespace: "{{params.namespace}}", deployment: "{{params.service}}" }
            traffic: { local: { control: "http://127.0.0.1:8081" } }
            metrics:
              prometheus: { url: "http://prometheus:9090", interval: 15s }
              labels: { canary: 'app="{{params.service}}",track="canary"', stable: 'app="{{params.service}}"' }
            params: { namespace: shop }
            phases:
              - { name: One, weight: 10, hold: 5m }
              - { name: Full, weight: 100 }
            gate:
              - { metric: success-rate, min: 99% }
            abort:
              - { metric: success-rate, min: 95% }
            """;

    private static final String API = """
            name: api
            extends: base.yaml
            params: { service: api }
            metrics: { window: 2m }
            gate:
              - { metric: error-rate, max: 1% }
            """;

    private static PlanReader.Result check(String plan, Map<String, String> files) {
        BasePlans bases = (name, by) -> {
            if (!files.containsKey(name)) {
                throw new IOException("there is no file " + name);
            }
            return new PlanFile(name, files.get(name));
        };
        return new PlanResolver(bases, List.of()).check(plan);
    }

    private static CanaryPlan read(String plan, Map<String, String> files) {
        PlanReader.Result result = check(plan, files);
        assertEquals(List.of(), errors(result));
        return result.plan();
    }

    private static List<String> errors(PlanReader.Result result) {
        return result.problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .map(Problem::toString)
                .toList();
    }

    private static String onlyError(String plan, Map<String, String> files) {
        PlanReader.Result result = check(plan, files);
        assertNull(result.plan());
        assertEquals(1, errors(result).size(), () -> errors(result).toString());
        return errors(result).get(0);
    }

    @Test
    void aPlanWithoutBaseAndParametersStaysAsItIsWritten() {
        assertSame(PlanTexts.SOUND, read(PlanTexts.SOUND, Map.of()).text());
    }

    @Test
    void mapsAreMergedAndListsAreReplaced() {
        CanaryPlan plan = read(API, Map.of("base.yaml", BASE));
        assertEquals("api", plan.name());
        assertEquals("shop", plan.target().namespace());
        assertEquals("api", plan.target().deployment());
        assertEquals(2, plan.phases().size());
        assertEquals(120, plan.metrics().window().toSeconds());
        assertEquals(15_000, plan.metrics().interval().toMillis());
        assertEquals(1, plan.phases().get(0).gate().size());
        assertEquals("error-rate <= 1%", plan.phases().get(0).gate().get(0).label());
        assertEquals(1, plan.abort().size());
    }

    @Test
    void theResolvedTextIsThePlan() throws Exception {
        CanaryPlan plan = read(API, Map.of("base.yaml", BASE));
        assertEquals(plan, PlanReader.read(plan.text()));
        assertTrue(plan.text().contains("app=\\\"api\\\",track"), plan.text());
    }

    @Test
    void aKeyWithNothingBehindItRemovesTheBases() {
        String plan = API + "abort:\ntraffic: { local: , haproxy: { socket: 'tcp://10.0.0.1:9999', backend: web,"
                + " stable: [ s ], canary: [ c ] } }\n";
        PlanReader.Result result = check(plan, Map.of("base.yaml", BASE));
        assertTrue(
                errors(result).stream().noneMatch(e -> e.contains("several routers")),
                errors(result).toString());
        assertEquals(
                List.of(), read(API + "abort:\n", Map.of("base.yaml", BASE)).abort());
    }

    @Test
    void problemsOfTheBaseNameItsFileAndLine() {
        String base = BASE.replace("min: 95%", "min: 95");
        assertTrue(
                onlyError(API, Map.of("base.yaml", base)).startsWith("base.yaml:14:34 error abort[0].min: '95'"),
                onlyError(API, Map.of("base.yaml", base)));
    }

    @Test
    void aBaseThatIsNotThereIsReportedAtItsLine() {
        assertEquals(
                "2:10 error extends: the plan 'base.yaml' cannot be read: there is no file base.yaml",
                onlyError(API, Map.of()));
    }

    @Test
    void aBrokenBaseIsReportedInIt() {
        assertTrue(onlyError(API, Map.of("base.yaml", "gate: [ {")).startsWith("base.yaml:1:"));
        assertEquals(
                "base.yaml:1:1 error plan: a plan is keys and values; write for example gate: [ ... ]",
                onlyError(API, Map.of("base.yaml", "just text")));
    }

    @Test
    void circlesAreRefused() {
        Map<String, String> files = Map.of("base.yaml", "extends: other.yaml", "other.yaml", "extends: base.yaml");
        assertEquals(
                "other.yaml:1:10 error extends: base.yaml extends itself: base.yaml > other.yaml > base.yaml;"
                        + " remove one of these 'extends'",
                onlyError(API, files));
    }

    @Test
    void fivePlansMayExtendOneAnother() {
        Map<String, String> files = IntStream.rangeClosed(1, 6)
                .boxed()
                .collect(Collectors.toMap(
                        i -> i + ".yaml", i -> "extends: " + (i + 1) + ".yaml", (a, b) -> a, TreeMap::new));
        files.put("5.yaml", BASE);
        read(API.replace("base.yaml", "1.yaml"), files);
        files.put("5.yaml", "extends: 6.yaml");
        files.put("6.yaml", BASE);
        assertTrue(onlyError(API.replace("base.yaml", "1.yaml"), files)
                .startsWith("5.yaml:1:10 error extends: more than 5 plans extend one another: 1.yaml > 2.yaml"));
    }

    @Test
    void aMissingParameterIsReportedWhereItIsUsed() {
        List<String> errors = errors(check(API.replace("service: api", "namespace: prod"), Map.of("base.yaml", BASE)));
        assertEquals(3, errors.size());
        assertEquals(
                "base.yaml:2:58 error plan: the parameter 'service' is missing; add params: { service: ... }",
                errors.get(0));
    }

    @Test
    void anUnknownParameterIsReportedAtItsLine() {
        assertEquals(
                "3:25 error params.servce: nothing uses the parameter 'servce'; the plan uses: namespace, service",
                onlyError(API.replace("service: api", "service: api, servce: x"), Map.of("base.yaml", BASE)));
    }

    @Test
    void aPlanOfItsOwnMayHaveParameters() {
        CanaryPlan plan = read(
                PlanTexts.sound("weight: 10,", "weight: \"{{params.first}}\",") + "params: { first: 20 }\n", Map.of());
        assertEquals(Weight.ofPercent(20), plan.phases().get(0).weight());
    }

    @Test
    void aValueNeverBecomesAKeyOrStructure() {
        String hostile = "\"x\\\"\\nabort: []\\nname: [ { y\"";
        CanaryPlan plan = read(
                API.replace("service: api", "service: api, list: " + hostile)
                        + "checklists: { ready: [ \"for {{params.list}}\" ] }\n",
                Map.of("base.yaml", BASE));
        assertEquals("api", plan.name());
        assertEquals(1, plan.abort().size());
        assertEquals(
                List.of("for x\"\nabort: []\nname: [ { y"),
                plan.checklists().get("ready").texts());
    }

    @Test
    void aKeyIsNoPlaceForAParameter() {
        assertTrue(onlyError(PlanTexts.SOUND + "\"{{params.key}}\": x\nparams: { key: watch }\n", Map.of())
                .contains("nothing uses the parameter 'key'"));
    }

    @Test
    void aValueUsesNoOtherParameter() {
        assertTrue(
                onlyError(API.replace("service: api", "service: \"{{params.namespace}}\""), Map.of("base.yaml", BASE))
                        .contains("a parameter's value cannot use another parameter"));
    }

    @Test
    void whatIsNotResolvedIsNotRead() {
        PlanReader.Result result = PlanReader.check(API);
        assertNull(result.plan());
        assertTrue(
                errors(result).stream().anyMatch(e -> e.contains("extends was not resolved")),
                errors(result).toString());
    }
}

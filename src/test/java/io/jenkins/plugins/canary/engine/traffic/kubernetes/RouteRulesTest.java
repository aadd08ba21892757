package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficSplit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouteRulesTest {

    private static final ObjectRef ROUTE = new ObjectRef(Kind.HTTP_ROUTE, "shop", "api");
    private static final RouteRules ALL = rules(List.of());

    private static RouteRules rules(List<String> wanted) {
        return new RouteRules(ROUTE, "api-canary", "api", null, wanted, "shop");
    }

    private static KubeObject route(String rules) throws Exception {
        ObjectNode tree = (ObjectNode) new ObjectMapper(new YAMLFactory())
                .readTree("{metadata: {generation: 4, namespace: shop}, spec: {rules: " + rules + "}}");
        return new KubeObject(new ObjectRef(Kind.HTTP_ROUTE, "shop", "api"), tree);
    }

    /** The canary's. */
    private static Map<String, Weight> weights(RouteRules rules, KubeObject route) throws RouterException {
        Map<String, Weight> weights = new LinkedHashMap<>();
        rules.splits(route).forEach((rule, split) -> weights.put(rule, split.canary()));
        return weights;
    }

    @Test
    void aWeightThatIsNotGivenIsOne() throws Exception {
        KubeObject route = route("[{backendRefs: [{name: api, weight: 3}, {name: api-canary}]}]");
        assertEquals(Map.of("0", Weight.ofPercent(25)), weights(ALL, route));
        assertEquals(
                Map.of("0", Weight.ofPercent(50)),
                weights(ALL, route("[{backendRefs: [{name: api}, {name: api-canary}]}]")));
    }

    @Test
    void aShareTooSmallToPrintIsNotCalledNothing() throws Exception {
        assertEquals(
                Map.of("0", new Weight(1)),
                weights(ALL, route("[{backendRefs: [{name: api, weight: 1000000}, {name: api-canary, weight: 1}]}]")));
        assertEquals(
                Map.of("0", new Weight(999)),
                weights(ALL, route("[{backendRefs: [{name: api, weight: 1}, {name: api-canary, weight: 1000000}]}]")));
    }

    @Test
    void rulesAreFoundByNameByIndexOrByTheirService() throws Exception {
        String rules = "[{backendRefs: [{name: other}]}, {name: main, backendRefs: [{name: api}]},"
                + " {backendRefs: [{name: api}]}]";
        assertEquals(
                List.of("main", "2"), List.copyOf(weights(ALL, route(rules)).keySet()));
        RouteRules named = rules(List.of("main"));
        KubeObject route = route(rules);
        assertTrue(named.set(route, TrafficSplit.of(Weight.ofPercent(10))));
        assertEquals(1, route.tree().at("/spec/rules/2/backendRefs").size(), "not named, not touched");
        assertEquals(Map.of("2", Weight.ZERO), weights(rules(List.of("2")), route));
        assertFalse(named.set(route, TrafficSplit.of(Weight.ofPercent(10))), "it is there already");
    }

    @Test
    void whatCannotBeSplitIsRefusedForGood() throws Exception {
        refused("no rule of HTTPRoute shop/api sends to the Service api", ALL, "[{backendRefs: [{name: other}]}]");
        refused(
                "has the rules [0], and the plan names [main]",
                rules(List.of("main")),
                "[{backendRefs: [{name: api}]}]");
        refused("also sends to third", ALL, "[{backendRefs: [{name: api}, {name: third}]}]");
        refused(
                "also sends to other/api",
                ALL,
                "[{backendRefs: [{name: api, weight: 9}, {name: api, namespace: other}, {name: api-canary, weight: 0}]}]");
        refused(
                "sends to the Service api twice (ports 80 and 81)",
                ALL,
                "[{backendRefs: [{name: api, port: 80}, {name: api, port: 81}]}]");
        refused("gives both Services the weight 0", ALL, "[{backendRefs: [{name: api, weight: 0}]}]");
        assertEquals(
                Map.of("0", Weight.ZERO),
                weights(ALL, route("[{backendRefs: [{name: api}, {name: third, weight: 0}]}]")));
    }

    private static void refused(String why, RouteRules rules, String yaml) throws Exception {
        KubeObject route = route(yaml);
        RouterException e = assertThrows(RouterException.class, () -> weights(rules, route));
        assertTrue(e.permanent());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }

    @Test
    void atZeroARuleIsAsItWasBeforeTheFirstWeight() throws Exception {
        for (String before : List.of(
                "[{backendRefs: [{name: api, port: 80}]}]",
                "[{backendRefs: [{name: api, port: 80, weight: 7}]}, {backendRefs: [{name: api}]}]",
                "[{backendRefs: [{name: api, weight: 1}, {name: api-canary, port: 81, weight: 0}]}]")) {
            KubeObject route = route(before);
            assertTrue(ALL.set(route, TrafficSplit.of(Weight.ofPercent(10))));
            assertTrue(ALL.set(route, TrafficSplit.of(Weight.ofPercent(12.5))));
            assertTrue(ALL.set(route, TrafficSplit.of(Weight.ZERO)));
            assertEquals(route(before).spec(), route.spec());
            assertNull(route.annotation(WeightsBefore.ANNOTATION));
            assertFalse(ALL.set(route, TrafficSplit.of(Weight.ZERO)));
        }
    }

    /** Somebody sets the weight to 0 by hand, or takes the canary's entry out, and the rollout's annotation stays. */
    @Test
    void aWeightThatSomebodyElseSetToZeroIsPutBackAsWell() throws Exception {
        KubeObject route = route("[{backendRefs: [{name: api, weight: 3}]}]");
        ALL.set(route, TrafficSplit.of(Weight.ofPercent(10)));
        ((ObjectNode) route.tree().at("/spec/rules/0/backendRefs/1")).put("weight", 0);
        assertTrue(ALL.set(route, TrafficSplit.of(Weight.ZERO)));
        assertEquals(route("[{backendRefs: [{name: api, weight: 3}]}]").spec(), route.spec());
        ALL.set(route, TrafficSplit.of(Weight.ofPercent(10)));
        KubeObject applied = route("[{backendRefs: [{name: api, weight: 5}]}]");
        applied.annotate(WeightsBefore.ANNOTATION, route.annotation(WeightsBefore.ANNOTATION));
        ALL.set(applied, TrafficSplit.of(Weight.ofPercent(10)));
        ALL.set(applied, TrafficSplit.of(Weight.ZERO));
        assertEquals(route("[{backendRefs: [{name: api, weight: 5}]}]").spec(), applied.spec());
    }
}

package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

class HttpRoutesTest {

    private static final String STABLE = "{destination: {host: api, subset: stable}";
    private static final String CANARY = "{destination: {host: api, subset: canary}";
    private static final HttpRoutes ROUTES = new HttpRoutes(List.of("main"), "api", "canary", "stable", null);

    private static KubeObject service(String http) throws Exception {
        ObjectNode tree = (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree("{spec: {http: [" + http + "]}}");
        return new KubeObject(new ObjectRef(Kind.VIRTUAL_SERVICE, "shop", "api"), tree);
    }

    private static KubeObject main(String destinations) throws Exception {
        return service("{name: main, route: [" + destinations + "]}");
    }

    @Test
    void oneDestinationGetsAllAndOneOfSeveralWithoutAWeightNothing() throws Exception {
        assertEquals(Map.of("main", Weight.ZERO), weights(main(STABLE + "}")));
        assertEquals(Map.of("main", Weight.FULL), weights(main(CANARY + "}")));
        assertEquals(Map.of("main", Weight.ZERO), weights(main(STABLE + ", weight: 100}, " + CANARY + "}")));
        assertEquals(
                Map.of("main", Weight.ofPercent(25)),
                weights(main(STABLE + ", weight: 3}, " + CANARY + ", weight: 1}")));
    }

    private static Map<String, Weight> weights(KubeObject service) throws RouterException {
        Map<String, Weight> weights = new LinkedHashMap<>();
        ROUTES.splits(service.tree()).forEach((route, split) -> weights.put(route, split.canary()));
        return weights;
    }

    @Test
    void onlyNamedRoutesChange() throws Exception {
        KubeObject service = service("{name: admin, route: [" + STABLE + "}]}, {name: main, route: [" + STABLE + "}]}");
        JsonNode before = service.spec().deepCopy();
        assertTrue(ROUTES.set(service, TrafficSplit.of(Weight.ofPercent(12.5))));
        assertEquals(1, service.tree().at("/spec/http/0/route").size());
        assertEquals(875, service.tree().at("/spec/http/1/route/0/weight").asInt());
        assertEquals(125, service.tree().at("/spec/http/1/route/1/weight").asInt());
        assertFalse(ROUTES.set(service, TrafficSplit.of(Weight.ofPercent(12.5))), "it is there already");
        assertTrue(ROUTES.set(service, TrafficSplit.of(Weight.ZERO)));
        assertEquals(before, service.spec(), "as it was");
        assertNull(service.annotation(WeightsBefore.ANNOTATION));
        assertFalse(ROUTES.set(service, TrafficSplit.of(Weight.ZERO)));
    }

    @Test
    void whatCannotBeSplitIsRefusedForGood() throws Exception {
        refused("has the http routes [(unnamed)], and the plan names [main]", service("{route: [" + STABLE + "}]}"));
        refused("sends neither to the subset stable", service("{name: main, redirect: {uri: /x}}"));
        String twice = "{name: main, route: [" + STABLE + "}]}";
        refused("two http routes of the VirtualService are named main", service(twice + ", " + twice));
        refused("also sends to other", main(STABLE + ", weight: 50}, {destination: {host: other}, weight: 50}"));
        refused("every destination the weight 0", main(STABLE + ", weight: 0}, " + CANARY + ", weight: 0}"));
    }

    private static void refused(String why, KubeObject service) {
        RouterException e = assertThrows(RouterException.class, () -> weights(service));
        assertTrue(e.permanent());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}

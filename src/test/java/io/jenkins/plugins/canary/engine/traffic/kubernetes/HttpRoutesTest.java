package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpRoutesTest {

    private static final String STABLE = "{destination: {host: api, subset: stable}";
    private static final String CANARY = "{destination: {host: api, subset: canary}";
    private static final HttpRoutes ROUTES = new HttpRoutes(List.of("main"), "api", "canary", "stable");

    private static ObjectNode service(String http) throws Exception {
        return (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree("{spec: {http: [" + http + "]}}");
    }

    private static ObjectNode main(String destinations) throws Exception {
        return service("{name: main, route: [" + destinations + "]}");
    }

    @Test
    void oneDestinationGetsAllAndOneOfSeveralWithoutAWeightNothing() throws Exception {
        assertEquals(Map.of("main", Weight.ZERO), ROUTES.weights(main(STABLE + "}")));
        assertEquals(Map.of("main", Weight.FULL), ROUTES.weights(main(CANARY + "}")));
        assertEquals(Map.of("main", Weight.ZERO), ROUTES.weights(main(STABLE + ", weight: 100}, " + CANARY + "}")));
        assertEquals(
                Map.of("main", Weight.ofPercent(25)),
                ROUTES.weights(main(STABLE + ", weight: 3}, " + CANARY + ", weight: 1}")));
    }

    @Test
    void onlyNamedRoutesChange() throws Exception {
        ObjectNode service = service("{name: admin, route: [" + STABLE + "}]}, {name: main, route: [" + STABLE + "}]}");
        assertEquals(List.of("main"), ROUTES.set(service, Weight.ofPercent(12.5)));
        assertEquals(1, service.at("/spec/http/0/route").size());
        assertEquals(875, service.at("/spec/http/1/route/0/weight").asInt());
        assertEquals(125, service.at("/spec/http/1/route/1/weight").asInt());
        assertNull(ROUTES.set(service, Weight.ofPercent(12.5)), "it is there already");
        assertEquals(List.of(), ROUTES.set(service, Weight.ZERO), "changed, nothing added");
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

    private static void refused(String why, ObjectNode service) {
        RouterException e = assertThrows(RouterException.class, () -> ROUTES.weights(service));
        assertTrue(e.permanent());
        assertTrue(e.getMessage().contains(why), e.getMessage());
    }
}

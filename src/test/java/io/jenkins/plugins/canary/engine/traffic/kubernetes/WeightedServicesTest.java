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
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightedServicesTest {

    private static final WeightedServices SERVICES = new WeightedServices("api-canary", "api", null, "shop");

    private static KubeObject object(String spec) throws Exception {
        ObjectNode tree = (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree("{spec: " + spec + "}");
        return new KubeObject(new ObjectRef(TraefikDriver.TRAEFIK_SERVICE, "shop", "api"), tree);
    }

    private static KubeObject weighted(String services) throws Exception {
        return object("{weighted: {services: [" + services + "]}}");
    }

    private static Weight weight(String services) throws Exception {
        return SERVICES.split(weighted(services).tree()).canary();
    }

    @Test
    void aWeightThatIsNotGivenIsOne() throws Exception {
        assertEquals(Weight.ofPercent(50), weight("{name: api}, {name: api-canary}"));
        assertEquals(Weight.ofPercent(25), weight("{name: api, weight: 3}, {name: api-canary}"));
        assertEquals(Weight.ZERO, weight("{name: api}"));
        assertEquals(Weight.FULL, weight("{name: api, weight: 0}, {name: api-canary}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {weighted: {services: [{name: other}]}}                                              | also sends to the Service other
            {weighted: {services: [{name: api-canary}]}}                                         | does not send to the Service api
            {weighted: {services: [{name: api}, {name: api, namespace: web}]}}                   | also sends to the Service web/api
            {weighted: {services: [{name: api}, {name: api, kind: TraefikService}]}}             | also sends to the TraefikService api
            {weighted: {services: [{name: api}, {name: api@file}]}}                              | also sends to the Service api@file
            {weighted: {services: [{name: api, port: 80}, {name: api, port: web, weight: 0}]}}   | Service api twice (ports 80 and web)
            {weighted: {services: [{name: api, weight: 0}, {name: api-canary, weight: 0}]}}      | both Services the weight 0
            {mirroring: {name: api, mirrors: [{name: api-canary, percent: 10}]}}                 | has no weighted services
            """)
    void whatCannotBeSplitIsRefusedForGood(String spec, String why) throws Exception {
        ObjectNode tree = object(spec).tree();
        RouterException refused =
                assertThrows(RouterException.class, () -> SERVICES.split(tree).canary());
        assertTrue(refused.permanent());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void whatIsThereAlreadyIsNotWrittenAgain() throws Exception {
        assertFalse(SERVICES.set(weighted("{name: api}"), TrafficSplit.of(Weight.ZERO)));
        KubeObject half = weighted("{name: api}, {name: api-canary}");
        assertFalse(SERVICES.set(half, TrafficSplit.of(Weight.ofPercent(50))));
        assertTrue(SERVICES.set(half, TrafficSplit.of(Weight.ZERO)));
        assertFalse(SERVICES.set(half, TrafficSplit.of(Weight.ZERO)));
    }

    /** Somebody's own 100% on the canary: the stable version needs a weight again. */
    @Test
    void theStableVersionGetsAWeightWhereItHadNone() throws Exception {
        KubeObject full = weighted("{name: api, weight: 0}, {name: api-canary, weight: 1}");
        assertTrue(SERVICES.set(full, TrafficSplit.of(Weight.ZERO)));
        assertEquals(Weight.ZERO, SERVICES.split(full.tree()).canary());
        assertTrue(full.tree().at("/spec/weighted/services/0").path("weight").isMissingNode());
    }

    @Test
    void thePortIsTheCanarysOwnOrTheStableVersions() throws Exception {
        KubeObject alone = weighted("{name: api, port: http}");
        assertEquals("http", SERVICES.port(alone, "api-canary"));
        KubeObject both = weighted("{name: api, port: http}, {name: api-canary, port: 81, weight: 0}");
        assertEquals("81", SERVICES.port(both, "api-canary"));
        assertTrue(SERVICES.set(both, TrafficSplit.of(Weight.ofPercent(5))));
        assertTrue(SERVICES.set(both, TrafficSplit.of(Weight.ZERO)));
        assertEquals("81", SERVICES.port(both, "api-canary"), "it is put back with its port");
        assertEquals("http", SERVICES.port(both, "api"));
    }

    @Test
    void aCookieMayHaveNoName() throws Exception {
        assertEquals(
                "",
                WeightedServices.cookie(
                        object("{weighted: {sticky: {cookie: {}}}}").tree()));
        assertNull(WeightedServices.cookie(object("{weighted: {}}").tree()));
    }
}

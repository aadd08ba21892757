package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteStatusTest {

    private static final String ACCEPTED = "[{type: Accepted, status: 'True', observedGeneration: 4}]";

    private static RouteStatus status(String refs, String parents) throws Exception {
        ObjectNode tree = (ObjectNode) new ObjectMapper(new YAMLFactory())
                .readTree("{metadata: {generation: 4, namespace: shop}, spec: {parentRefs: " + refs
                        + "}, status: {parents: [" + parents + "]}}");
        return RouteStatus.of(new KubeObject(new ObjectRef(Kind.HTTP_ROUTE, "shop", "api"), tree));
    }

    private static RouteStatus edge(String condition) throws Exception {
        return status("[{name: edge}]", "{parentRef: {name: edge}, conditions: [" + condition + "]}");
    }

    @Test
    void aGatewayHasCaughtUpWhenItSpeaksOfTheLastGeneration() throws Exception {
        RouteStatus before = edge("{type: Accepted, status: 'True', observedGeneration: 3}");
        assertFalse(before.settled(true), "it may send by the weights of before");
        assertEquals("the Gateway edge has not taken up the last change yet", before.detail(true));
        assertTrue(
                edge("{type: Accepted, status: 'True', observedGeneration: 4}").settled(false));
        assertFalse(edge("{type: Accepted, status: 'False', observedGeneration: 4, reason: NotAllowed}")
                .settled(false));
        RouteStatus missing = edge("{type: Accepted, status: 'True', observedGeneration: 4},"
                + " {type: ResolvedRefs, status: 'False', observedGeneration: 4,"
                + " reason: BackendNotFound, message: no such service}");
        assertTrue(missing.unresolved());
        assertFalse(missing.settled(false));
        assertTrue(missing.settled(true), "no request is sent to the backend that is missing");
        assertEquals("the Gateway edge says ResolvedRefs=False (BackendNotFound): no such service", missing.problem());
    }

    @Test
    void whereNoControllerIsThereAWeightMovesNothing() throws Exception {
        RouteStatus alone = status("[{name: edge}]", "");
        assertFalse(alone.settled(false));
        assertTrue(alone.settled(true), "a rollback must be able to end");
        assertEquals(
                "no controller of the Gateway edge has taken HTTPRoute shop/api: its status says nothing of it; a weight"
                        + " set there moves nothing",
                alone.detail(false));
        assertEquals("", alone.detail(true));
        assertEquals(
                "HTTPRoute shop/api names no Gateway in parentRefs; a weight set there moves nothing",
                status("[]", "{parentRef: {name: edge}, conditions: " + ACCEPTED + "}")
                        .detail(false));
        assertFalse(edge("{type: Programmed, status: 'True'}").settled(false), "nobody says that it is accepted");
    }

    /** Envoy Gateway, Kong and others leave an entry of a Gateway that the route was moved away from. */
    @Test
    void onlyTheGatewaysThatTheRouteNamesCount() throws Exception {
        String stale =
                "{parentRef: {name: old}, conditions: [{type: Accepted, status: 'False', observedGeneration: 1}]}";
        String edge = "{parentRef: {name: edge, namespace: shop}, conditions: " + ACCEPTED + "}";
        RouteStatus moved = status("[{name: edge}]", stale + ", " + edge);
        assertTrue(moved.settled(false));
        assertEquals("", moved.detail(false));
        assertFalse(status("[{name: edge}]", stale).settled(false));
        assertTrue(status("[{name: edge}]", stale).settled(true));
        RouteStatus half = status("[{name: edge}, {name: inner, namespace: infra, sectionName: http}]", edge);
        assertFalse(half.settled(false), "of two Gateways one has said nothing");
        assertTrue(half.detail(false).startsWith("no controller of the Gateway infra/inner (http) has taken"));
        assertTrue(half.settled(true), "who has not taken the route sends nothing to the canary");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {name: edge}                                    | {name: edge}                                  | true
            {name: edge}                                    | {name: edge, namespace: shop, kind: Gateway}  | true
            {name: edge}                                    | {name: edge, group: gateway.networking.k8s.io} | true
            {name: edge, namespace: infra}                  | {name: edge}                                  | false
            {name: edge}                                    | {name: edge, namespace: infra}                | false
            {name: edge, sectionName: https}                | {name: edge, sectionName: http}               | false
            {name: edge, sectionName: https}                | {name: edge}                                  | false
            {name: edge, port: 443}                         | {name: edge, port: 80}                        | false
            {name: edge, port: 443}                         | {name: edge, port: 443}                       | true
            {name: api, kind: Service, group: ''}           | {name: api}                                   | false
            {name: api, kind: Service, group: ''}           | {name: api, kind: Service, group: ''}         | true
            """)
    void aParentIsKnownByAllThatNamesIt(String wanted, String spoken, boolean same) throws Exception {
        RouteStatus status = status("[" + wanted + "]", "{parentRef: " + spoken + ", conditions: " + ACCEPTED + "}");
        assertEquals(same, status.settled(false));
    }
}

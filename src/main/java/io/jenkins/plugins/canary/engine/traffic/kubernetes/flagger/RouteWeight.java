package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;

/** The canary's share in the route that Flagger made, which is what users get, whatever the status says. */
record RouteWeight(Cluster cluster, KubeObject canary) {

    /** In percent; null where Flagger's provider keeps it elsewhere, or there is no route yet. */
    Integer percent() throws RouterException {
        Kind kind = kind();
        if (kind == Kind.HTTP_ROUTE) {
            return share(Kind.HTTP_ROUTE, "/spec/rules", "backendRefs", "/name");
        }
        return kind == Kind.VIRTUAL_SERVICE ? share(Kind.VIRTUAL_SERVICE, "/spec/http", "route", "/destination/host") : null;
    }

    /** What kind of route Flagger makes; null where its provider keeps the weight elsewhere. */
    Kind kind() {
        String provider = canary.spec().path("provider").asText();
        if (provider.startsWith("gatewayapi") || canary.spec().path("service").hasNonNull("gatewayRefs")) {
            return Kind.HTTP_ROUTE;
        }
        boolean istio =
                provider.startsWith("istio") || canary.spec().path("service").hasNonNull("gateways");
        return istio ? Kind.VIRTUAL_SERVICE : null;
    }

    /** Of several rules the one that gives the canary most counts. */
    private Integer share(Kind kind, String rules, String list, String service) throws RouterException {
        String apex = canary.spec()
                .path("service")
                .path("name")
                .asText(canary.spec().path("targetRef").path("name").asText());
        KubeObject route = cluster.find(new ObjectRef(kind, canary.ref().namespace(), apex))
                .orElse(null);
        if (route == null) {
            return null;
        }
        Integer most = null;
        for (JsonNode rule : route.tree().at(rules)) {
            int to = weight(rule.path(list), service, apex + "-canary");
            int other = weight(rule.path(list), service, apex + "-primary");
            if (to + other > 0) {
                int percent = (int) Math.round(100.0 * to / (to + other));
                most = most == null ? percent : Math.max(most, percent);
            }
        }
        return most;
    }

    private static int weight(JsonNode backends, String at, String service) {
        for (JsonNode backend : backends) {
            if (backend.at(at).asText().equals(service)) {
                return backend.path("weight").asInt(1);
            }
        }
        return 0;
    }
}

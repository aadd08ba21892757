package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;

abstract class TlsRouteContract extends GatewayApiContract {

    @Override
    protected Kind kind() {
        return RouteName.TLS_ROUTE;
    }

    @Override
    protected String ownSettings() {
        return "tlsRoute: api";
    }

    @Override
    protected String rules() {
        return """
                  hostnames: [api.example.test]
                  rules:
                  - backendRefs: [{name: api, port: 80, weight: 1}]
                """;
    }
}
